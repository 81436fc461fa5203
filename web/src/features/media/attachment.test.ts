import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attachmentOf, previewOf } from "./attachment";

const URL_OF_IT = "mxc://here.test/abc";
const message = (content: Record<string, unknown>) => ({ type: "m.room.message", content });
const picture = (part: Record<string, unknown>) =>
  attachmentOf(message({ msgtype: "m.image", body: "a.jpg", ...part }));

const FILE = {
  url: URL_OF_IT,
  v: "v2",
  key: { kty: "oct", alg: "A256CTR", key_ops: ["encrypt", "decrypt"], k: "A".repeat(43), ext: true },
  iv: `${"A".repeat(21)}A`,
  hashes: { sha256: "A".repeat(43) },
};

describe("what is shown of a file unasked", () => {
  it("is its small copy, sealed or made by the server", () => {
    const sealed = picture({ file: FILE, info: { thumbnail_file: FILE, size: 9e6 } });
    expect(sealed && previewOf(sealed)?.source).toHaveProperty("file");
    const plain = picture({ url: URL_OF_IT, info: { size: 9e6 } });
    expect(plain && previewOf(plain)?.options.thumbnail).toBeDefined();
  });

  it("has a limit that does not depend on what its event says", () => {
    for (const part of [{ file: FILE, info: { thumbnail_file: FILE } }, { url: URL_OF_IT }, { file: FILE }]) {
      const one = picture({ info: { size: 9 }, ...part });
      const wanted = one && previewOf(one);
      if (wanted) expect(wanted.options.most).toBeLessThanOrEqual(2_000_000);
    }
  });

  it("is nothing when that would be large, or of a size that nobody told", () => {
    for (const info of [{ size: 9e6 }, {}, { size: "9" }, null]) {
      const sealed = picture({ file: FILE, info });
      expect(sealed && previewOf(sealed)).toBeNull();
    }
    const small = picture({ file: FILE, info: { size: 20_000 } });
    expect(small && previewOf(small)).not.toBeNull();
  });

  it("is nothing that must be opened first", () => {
    const info = { mimetype: "image/heic", size: 20_000 };
    const sealed = picture({ file: FILE, info });
    expect(sealed && previewOf(sealed)).toBeNull();
    const plain = picture({ url: URL_OF_IT, info });
    expect(plain && previewOf(plain)?.options.thumbnail).toBeDefined();
  });

  it("is no film and no file", () => {
    for (const msgtype of ["m.video", "m.file", "m.audio"]) {
      const file = attachmentOf(message({ msgtype, url: URL_OF_IT, info: { size: 3 } }));
      expect(file && previewOf(file)).toBeNull();
    }
  });

  it("is found without a fault, whatever anybody wrote", () => {
    const keys = fc.constantFrom("msgtype", "body", "info", "filename", "url", "file");
    fc.assert(
      fc.property(fc.dictionary(keys, fc.anything()), (content) => {
        const file = attachmentOf(message({ ...content, msgtype: "m.image" }));
        if (file !== null) previewOf(file);
      }),
    );
  });
});

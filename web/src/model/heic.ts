/** Pictures as phones pack them (HEIC, HEIF). Pure. */

/** So many of the first bytes say what a file is. */
export const HEAD_BYTES = 512;

/** How such a file may call itself: with pictures in HEVC, or with pictures of any kind. */
const BRANDS = new Set("heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1".split(" "));
/** The same box with pictures that every browser opens. */
const AVIF = new Set(["avif", "avis"]);

/** Tell such a picture by its first bytes: its name and its type are what somebody says of it. spec: ISO/IEC 14496-12, 4.3 */
export function isHeic(head: Uint8Array): boolean {
  if (head.length < 16 || word(head, 4) !== "ftyp") return false;
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const brands = [word(head, 8)];
  for (let at = 16; at + 4 <= Math.min(size, head.length); at += 4) brands.push(word(head, at));
  return brands.some((brand) => BRANDS.has(brand)) && !brands.some((brand) => AVIF.has(brand));
}

/** Say whether somebody says that a file is one. */
export function isSaidHeic(type: string): boolean {
  return /^image\/hei[cf](-sequence)?$/i.test(type);
}

function word(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Said } from "../../model/said";
import { ClientContext } from "../../shell/client";
import { type Talk, TalkContext } from "../chats/talk";
import { FileBody } from "./FileBody";
import { FilmBody } from "./FilmBody";
import { MediaViewer } from "./MediaViewer";
import { PictureBody } from "./PictureBody";

const view = vi.fn<Talk["view"]>();
const nameOf = (userId: string) => userId;
const talk = { me: "@ann:x.org", nameOf, calledOf: nameOf, view } as Partial<Talk> as Talk;
let answer: () => Response;

beforeEach(() => {
  view.mockReset();
  answer = () => new Response("a picture");
  vi.stubGlobal("fetch", async () => answer());
  // Not known to jsdom.
  HTMLDialogElement.prototype.showModal = () => undefined;
});
afterEach(cleanup);

const client = {
  mxcUrlToHttp: (address: string) => address.replace("mxc:", "https:"),
  getAccessToken: () => "secret",
} as unknown as MatrixClient;

function show(body: ReactNode): void {
  render(
    <ClientContext value={client}>
      <TalkContext value={talk}>{body}</TalkContext>
    </ClientContext>,
  );
}

let count = 0;

/** Each file is another one: what failed is not fetched anew. */
function said(msgtype: string, more: object = {}): Said {
  count += 1;
  const file = { body: "he ||dies||", filename: "a.jpg", url: `mxc://x.org/${count}` };
  const html = {
    format: "org.matrix.custom.html",
    formatted_body: "<b>he</b> <span data-mx-spoiler>dies</span>",
  };
  return {
    ...{ id: "$1", key: "$1", sender: "@bo:x.org", at: 1, type: "m.room.message" },
    ...{ isEdited: false, isRemoved: false, reactions: [], references: [] },
    content: { msgtype, ...file, ...html, ...more },
  };
}

describe("what was said about a file", () => {
  it.each([
    ["a picture", "m.image", PictureBody],
    ["a film", "m.video", FilmBody],
    ["a file", "m.file", FileBody],
  ])("is formatted, and covered until it is pressed: %s", async (_what, msgtype, Body) => {
    show(<Body said={said(msgtype)} mine={false} />);
    expect((await screen.findByText("he")).closest("b")).not.toBeNull();
    expect(document.body.innerHTML).not.toContain("dies");
    fireEvent.click(screen.getByRole("button", { name: "formatted.covered" }));
    await screen.findByText("dies");
  });

  it("stays covered where it is looked at as a whole", () => {
    const nothing = () => undefined;
    const one = said("m.image");
    show(
      <MediaViewer
        pictures={[one]}
        lookAt={one.key}
        {...{ nameOf, onLook: nothing, onOlder: nothing, onForward: nothing, onClose: nothing }}
      />,
    );
    expect(screen.getByText("he ▒▒▒▒")).toBeTruthy();
    expect(document.body.innerHTML).not.toContain("dies");
  });
});

describe("a picture", () => {
  const body = (one: Said) => show(<PictureBody said={one} mine={false} />);
  const refused = (status: number) => () => Response.json({ errcode: "M_UNKNOWN" }, { status });

  it.each([400, 413])("opens where the server does not make it small (%i)", async (status) => {
    answer = refused(status);
    const one = said("m.image");
    body(one);
    await screen.findByText("media.show");
    fireEvent.click(screen.getByRole("button", { name: "media.look" }));
    expect(view).toHaveBeenCalledExactlyOnceWith(one);
  });

  it("is tried again where the server is at its end for now", async () => {
    answer = refused(500);
    body(said("m.image"));
    const again = await screen.findByText("media.try_again");
    answer = () => new Response("a picture");
    fireEvent.click(again);
    await vi.waitFor(() => expect(document.querySelector("img")?.src).toMatch(/^blob:/));
    expect(view).not.toHaveBeenCalled();
  });
});

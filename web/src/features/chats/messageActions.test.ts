import { expect, it } from "vitest";
import { contentOfVoice } from "../../model/voice";
import { ACTIONS } from "./messageActions";

const asking = { mine: true, inThread: false, isGroup: false, mayDelete: false };

function canEdit(content: Record<string, unknown>, mine = true): boolean {
  const said = {
    ...{ id: "$1", key: "$1", sender: "@bo:x.org", at: 1, type: "m.room.message", content },
    ...{ isEdited: false, isRemoved: false, reactions: [], references: [] },
  };
  return ACTIONS.some(({ action, applies }) => action === "edit" && applies(said, { ...asking, mine }));
}

it("lets one's own words be edited, also those about a file", () => {
  expect(canEdit({ msgtype: "m.text", body: "tea" })).toBe(true);
  expect(canEdit({ msgtype: "m.text", body: "tea" }, false)).toBe(false);
  for (const msgtype of ["m.image", "m.video", "m.file", "m.audio"]) {
    expect(canEdit({ msgtype, body: "By the sea", filename: "a" })).toBe(true);
    expect(canEdit({ msgtype, body: "By the sea", filename: "a" }, false)).toBe(false);
    // There are no words: its body is its name.
    expect(canEdit({ msgtype, body: "a", filename: "a" })).toBe(false);
    expect(canEdit({ msgtype, body: "a" })).toBe(false);
  }
});

it("edits no voice: what stands there is not what somebody said", () => {
  const voice = { body: "Voice message", length_ms: 900, waveform: [], type: "audio/ogg", size: 3 };
  expect(canEdit(contentOfVoice(voice))).toBe(false);
});

/** Which body draws which message: one file for each kind. A new kind needs its line here, and nothing else.
 *
 *  An event type of its own also needs its place in `MESSAGES` of `model/rows.ts`, to be a message at all.
 */
import { msgtypeOf } from "../../../model/fields";
import { POLL_STARTS } from "../../../model/poll";
import type { Said } from "../../../model/said";
import { CallBody } from "../../calls/CallBody";
import { FileBody } from "../../media/FileBody";
import { FilmBody } from "../../media/FilmBody";
import { PictureBody } from "../../media/PictureBody";
import { StickerBody } from "../../stickers/StickerBody";
import { AudioBody } from "../../voice/AudioBody";
import { LocationBody } from "../location/LocationBody";
import { PollBody } from "../poll/PollBody";
import type { Body } from "./body";
import { EmoteBody } from "./EmoteBody";
import { NoticeBody } from "./NoticeBody";
import { PaymentBody } from "./PaymentBody";
import { RemovedBody } from "./RemovedBody";
import { TextBody } from "./TextBody";
import { UnknownBody } from "./UnknownBody";
import { UnreadableBody } from "./UnreadableBody";

/** By `msgtype`, of events of the type `m.room.message`. */
const BY_MSGTYPE: ReadonlyMap<string, Body> = new Map([
  ["m.text", TextBody],
  ["m.notice", NoticeBody],
  ["m.emote", EmoteBody],
  ["m.image", PictureBody],
  ["m.video", FilmBody],
  ["m.file", FileBody],
  ["m.audio", AudioBody],
  ["m.location", LocationBody],
]);

/** By type, of events that are messages of their own. */
const BY_TYPE: ReadonlyMap<string, Body> = new Map([
  ["m.call.invite", CallBody],
  ["m.sticker", StickerBody],
  ["org.courtyard.payment", PaymentBody],
  ...POLL_STARTS.map((type) => [type, PollBody] as const),
]);

/** Return what draws a message. */
export function bodyOf(said: Said): Body {
  if (said.isRemoved) return RemovedBody;
  if (said.unreadable !== undefined || said.type === "m.room.encrypted") return UnreadableBody;
  if (said.type !== "m.room.message") return BY_TYPE.get(said.type) ?? UnknownBody;
  return BY_MSGTYPE.get(msgtypeOf(said.content)) ?? UnknownBody;
}

/** A message in one line of plain text: for quotes, search and copying. */
import type { TFunction } from "i18next";
import { msgtypeOf } from "../../model/fields";
import { coveredIn, lineIn } from "../../model/formatted";
import { kindOf, namesOf } from "../../model/media";
import { pollOf } from "../../model/poll";
import { COMPARE } from "../../model/rows";
import type { Said } from "../../model/said";
import { soundOf } from "../../model/voice";

/** By `msgtype`, of events of the type `m.room.message`. */
const BY_MSGTYPE: ReadonlyMap<string, string> = new Map([
  ["m.image", "chats.photo"],
  ["m.video", "chats.video"],
  ["m.audio", "chats.sound"],
  ["m.file", "chats.file"],
  ["m.location", "location.line"],
  [COMPARE, "chats.asks_to_compare"],
]);

/** By type, of events that are messages of their own. */
const BY_TYPE: ReadonlyMap<string, string> = new Map([
  ["m.sticker", "chats.sticker"],
  ["m.call.invite", "calls.in_list"],
  ["org.courtyard.payment", "chats.payment"],
]);

export function lineOf(
  said: Pick<Said, "type" | "content" | "isRemoved" | "unreadable">,
  t: TFunction,
): string {
  if (said.isRemoved) return t("talk.deleted");
  if (said.unreadable !== undefined) return t("chats.undecryptable");
  if (said.type === "m.room.encrypted") return t("talk.decrypting");
  const poll = pollOf(said.type, said.content);
  if (poll !== null) return t("poll.line", { question: poll.question });
  const isMessage = said.type === "m.room.message";
  const kind = isMessage ? msgtypeOf(said.content) : said.type;
  if (isMessage && kind === "m.audio" && soundOf(said.content).isVoice) return t("chats.voice");
  // Nobody makes a payment of a message by calling it so.
  const key = (isMessage ? BY_MSGTYPE : BY_TYPE).get(kind);
  if (key === undefined) return lineIn(said.content);
  return [t(key), aboutFile(said)].filter(Boolean).join(" ").replaceAll("\n", " ");
}

/** What was said about a picture; of a file or a sound, else, its name. */
function aboutFile({ type, content }: Pick<Said, "type" | "content">): string {
  const kind = kindOf(type, content);
  if (kind === null) return "";
  const { name, caption } = namesOf(content);
  return coveredIn(content, caption) || (kind === "file" || kind === "audio" ? name : "");
}

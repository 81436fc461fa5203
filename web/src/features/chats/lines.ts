/** A message in one line of plain text: for quotes, search and copying. */
import type { TFunction } from "i18next";
import { kindOf, namesOf } from "../../model/media";
import { type Said, textOf } from "../../model/said";

const KINDS: Readonly<Record<string, string>> = {
  "m.image": "chats.photo",
  "m.video": "chats.video",
  "m.audio": "chats.voice",
  "m.file": "chats.file",
  "m.sticker": "chats.sticker",
  "org.courtyard.payment": "chats.payment",
};

export function lineOf(
  said: Pick<Said, "type" | "content" | "isRemoved" | "unreadable">,
  t: TFunction,
): string {
  if (said.isRemoved) return t("talk.deleted");
  if (said.unreadable !== undefined || said.type === "m.room.encrypted") return t("chats.undecryptable");
  const kind = said.type === "m.room.message" ? String(said.content["msgtype"]) : said.type;
  const key = KINDS[kind];
  const words =
    key === undefined ? textOf(said.content) : [t(key), aboutFile(said)].filter(Boolean).join(" ");
  return words.replaceAll("\n", " ");
}

/** What was said about a picture; of a file, else, its name. */
function aboutFile({ type, content }: Pick<Said, "type" | "content">): string {
  const kind = kindOf(type, content);
  if (kind === null) return "";
  const { name, caption } = namesOf(content);
  return caption || (kind === "file" ? name : "");
}

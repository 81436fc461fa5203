/** What can be done with a message. A new action needs its line here. */
import {
  CheckCheck,
  Copy,
  CornerUpLeft,
  Download,
  Flag,
  Forward,
  type LucideIcon,
  MessagesSquare,
  Pencil,
  Sticker,
  Trash2,
} from "lucide-react";
import { INVITE } from "../../model/call";
import { msgtypeOf } from "../../model/fields";
import { kindOf, namesOf, wordsIn } from "../../model/media";
import type { Said } from "../../model/said";
import { stickerSent } from "../../model/stickers";
import { soundOf } from "../../model/voice";
import { attachmentOf } from "../media/attachment";
import type { Action } from "./talk";

export interface Asking {
  readonly mine: boolean;
  /** It is shown in a thread already. */
  readonly inThread: boolean;
  /** More than two people are here. */
  readonly isGroup: boolean;
  /** May delete what others wrote, too. */
  readonly mayDelete: boolean;
}

export interface MessageAction {
  readonly action: Action;
  /** Its words: a key. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly isDanger?: boolean;
  readonly applies: (said: Said, asking: Asking) => boolean;
}

/** The server has it, and it can be read. */
const isThere = (said: Said) => said.sending === undefined && !said.isRemoved;
const isReadable = (said: Said) => said.unreadable === undefined && said.type !== "m.room.encrypted";
const isSticker = (said: Said) => said.type === "m.sticker";
const isPayment = (said: Said) => said.type === "org.courtyard.payment";
/** Nothing that was said: it can be neither copied nor passed on. */
const isDeed = (said: Said) => isPayment(said) || said.type === INVITE;

/** Somebody wrote it: a text, or what was said about a file. */
function hasOwnWords({ type, content }: Said): boolean {
  if (kindOf(type, content) === null) return ["m.text", "m.notice", "m.emote"].includes(msgtypeOf(content));
  return !soundOf(content).isVoice && namesOf(content).caption !== "";
}

export const ACTIONS: readonly MessageAction[] = [
  { action: "reply", label: "talk.reply", icon: CornerUpLeft, applies: (said) => isThere(said) },
  {
    action: "thread",
    label: "talk.reply_in_thread",
    icon: MessagesSquare,
    applies: (said, { inThread }) => isThere(said) && !inThread,
  },
  {
    action: "forward",
    label: "talk.forward",
    icon: Forward,
    applies: (said) => isThere(said) && isReadable(said) && !isDeed(said),
  },
  {
    action: "copy",
    label: "talk.copy",
    icon: Copy,
    applies: (said) =>
      !said.isRemoved &&
      isReadable(said) &&
      !isDeed(said) &&
      !isSticker(said) &&
      wordsIn(said.type, said.content) !== "",
  },
  {
    action: "save",
    label: "media.save",
    icon: Download,
    applies: (said) => isThere(said) && Boolean(attachmentOf(said)?.source),
  },
  {
    action: "keep",
    label: "stickers.keep",
    icon: Sticker,
    applies: (said) => isSticker(said) && isThere(said) && stickerSent(said.content) !== null,
  },
  {
    action: "edit",
    label: "talk.edit",
    icon: Pencil,
    applies: (said, { mine }) => mine && isThere(said) && hasOwnWords(said),
  },
  {
    action: "delete",
    label: "talk.delete",
    icon: Trash2,
    isDanger: true,
    applies: (said, { mine, mayDelete }) => isThere(said) && !isPayment(said) && (mine || mayDelete),
  },
  {
    action: "report",
    label: "report.report",
    icon: Flag,
    applies: (said, { mine }) => !mine && isThere(said) && !isPayment(said),
  },
  {
    action: "readers",
    label: "reading.title",
    icon: CheckCheck,
    applies: (said, { mine, isGroup }) => mine && isGroup && isThere(said),
  },
  { action: "retry", label: "errors.retry", icon: Forward, applies: (said) => isStuck(said) },
  {
    action: "discard",
    label: "talk.discard",
    icon: Trash2,
    isDanger: true,
    applies: (said) => isStuck(said),
  },
];

function isStuck(said: Said): boolean {
  return said.sending === "failed" || said.sending === "waiting";
}

/** The notices room: in which the server tells an account what was decided about it. */
import type { TFunction } from "i18next";
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { fieldsOf, wordOf } from "../../model/fields";

const NOTICES = "org.courtyard.notices";

export function isNoticesRoom(room: Room | null): boolean {
  return room?.getType() === NOTICES;
}

export function noticesRoom(client: MatrixClient): Room | null {
  return client.getRooms().find(isNoticesRoom) ?? null;
}

/** What a message in the notices room is about. */
export interface Notice {
  readonly kind: "statement" | "news" | "report" | "request" | "words";
  /** Of the decision or report; empty where it is about neither. */
  readonly id: string;
  readonly body: string;
}

export function noticeOf(event: MatrixEvent): Notice {
  const content = fieldsOf(event.getContent());
  const body = wordOf(content["body"]);
  const text = (name: string) => wordOf(content[`org.courtyard.${name}`]);
  const decision = text("decision");
  if (decision !== "") return { kind: text("statement") === "" ? "news" : "statement", id: decision, body };
  const report = text("report");
  if (report !== "") return { kind: "report", id: report.slice(report.lastIndexOf("/") + 1), body };
  if (text("legal_request") !== "") return { kind: "request", id: "", body };
  return { kind: "words", id: "", body };
}

/** Return the words over a notice. The server writes its letters in one language; these are in the reader's. */
export function noticeHead(kind: Notice["kind"], t: TFunction): string {
  return t(kind === "words" ? "notices.mark" : `notices.${kind}`);
}

/** Return a notice in one line, for lists and notifications; null: it is none, or says all it has to say in its own words. */
export function noticeLine(room: Room, event: MatrixEvent, t: TFunction): string | null {
  // Elsewhere, and in an answer, anybody could write what marks a notice.
  if (!isNoticesRoom(room) || event.getSender() === room.myUserId) return null;
  const { kind } = noticeOf(event);
  return kind === "words" ? null : noticeHead(kind, t);
}

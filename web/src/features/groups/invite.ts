/** Invitations into a group, one by one: a person who takes none is in nobody's way. */
import type { TFunction } from "i18next";
import type { MatrixClient } from "matrix-js-sdk";
import { shownName } from "../../model/contacts";
import { isFinal, refusalOf } from "../../protocol/refusal";
import { OF_OTHERS, whatWentWrong } from "../../shell/attempt";
import { localeOf } from "../../shell/i18n";
import { contactOf } from "../contacts/people";

/** Somebody who could not be invited. */
export interface Uninvited {
  readonly userId: string;
  readonly error: unknown;
}

/** Invite people, past whoever is not to be invited. Returns who is left, and why. */
export async function inviteAll(
  client: MatrixClient,
  roomId: string,
  people: readonly string[],
  onInvited: (userId: string) => void = () => undefined,
): Promise<Uninvited[]> {
  const left: Uninvited[] = [];
  for (const [at, userId] of people.entries()) {
    try {
      await client.invite(roomId, userId);
      onInvited(userId);
    } catch (error) {
      if (!isOfOne(error)) return [...left, ...people.slice(at).map((one) => ({ userId: one, error }))];
      left.push({ userId, error });
    }
  }
  return left;
}

/** Say whether it is about this one person. No connection, or a decision about oneself, would be the same for the next. */
function isOfOne(error: unknown): boolean {
  return isFinal(error) && refusalOf(error) === null;
}

/** Return the words for those who are left, in one sentence for all of whom the same is true. */
export function uninvitedWords(
  client: MatrixClient,
  left: readonly Uninvited[],
  t: TFunction,
  language: string,
): string {
  const names = new Map<string, string[]>();
  for (const { userId, error } of left) {
    const why = whatWentWrong(error, t, OF_OTHERS);
    names.set(why, [...(names.get(why) ?? []), shownName(contactOf(client, userId))]);
  }
  const list = new Intl.ListFormat(localeOf(language), { type: "conjunction" });
  return [...names]
    .map(([why, those]) => t("groups.not_invited", { names: list.format(those), why }))
    .join(" ");
}

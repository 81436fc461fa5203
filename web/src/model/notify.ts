/** Whether something that was said is told with a notification. */

export interface NotifyChoice {
  readonly isOn: boolean;
  /** Show who wrote what, and not only that something was written. */
  readonly showsText: boolean;
  readonly hasSound: boolean;
}

export const QUIET: NotifyChoice = { isOn: false, showsText: true, hasSound: true };

/** What is older than this was said while nobody was here: the list of chats tells it. */
export const FRESH_MS = 60_000;

export interface Said {
  readonly isMine: boolean;
  /** The person's own rules say that it is to be told. */
  readonly isWanted: boolean;
  readonly ageMs: number;
  /** Its conversation is open, and the page is in sight. */
  readonly isSeen: boolean;
}

export function isToBeTold(choice: NotifyChoice, said: Said): boolean {
  return choice.isOn && said.isWanted && !said.isMine && !said.isSeen && said.ageMs < FRESH_MS;
}

/** Read what was kept; what cannot be read is the choice nobody has made yet. */
export function notifyChoice(kept: string | null): NotifyChoice {
  try {
    const read = JSON.parse(kept ?? "{}") as Partial<NotifyChoice>;
    return {
      isOn: read.isOn === true,
      showsText: read.showsText !== false,
      hasSound: read.hasSound !== false,
    };
  } catch {
    return QUIET;
  }
}

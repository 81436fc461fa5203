/** What others get to see of what one does. Kept in the account, so that it holds on every device. */
export const PRIVACY = "org.courtyard.privacy";

export interface Privacy {
  /** Others see how far one has read. */
  readonly receipts: boolean;
  /** Others see that one is writing. */
  readonly typing: boolean;
  /** Others see that one is here. */
  readonly presence: boolean;
  /** The server may look at addresses that one writes, in encrypted chats too. */
  readonly previews: boolean;
}

/** Read the account's choice. What was never chosen is as in other messengers: shown. The server is told nothing by itself. */
export function privacyFrom(content: Record<string, unknown> | undefined): Privacy {
  return {
    receipts: content?.["receipts"] !== false,
    typing: content?.["typing"] !== false,
    presence: content?.["presence"] !== false,
    previews: content?.["previews"] === true,
  };
}

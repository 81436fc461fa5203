/** What others get to see of what one does. Kept in the account, so that it holds on every device. */
export const PRIVACY = "org.courtyard.privacy";

export interface Privacy {
  /** Others see how far one has read. */
  readonly receipts: boolean;
  /** Others see that one is writing. */
  readonly typing: boolean;
  /** Others see that one is here, and one sees it of those who chose the same. */
  readonly presence: boolean;
  /** The server may look at addresses that one writes, in encrypted chats too. */
  readonly previews: boolean;
  /** What one writes, in encrypted chats, goes to devices alone that their owner has confirmed. */
  readonly confirmed: boolean;
}

/** Read the account's choice. What was never chosen is as in other messengers: shown; but only who wants it tells when one is here,
 *  lets the server look at addresses, or writes to confirmed devices alone.
 */
export function privacyFrom(content: Record<string, unknown> | undefined): Privacy {
  return {
    receipts: content?.["receipts"] !== false,
    typing: content?.["typing"] !== false,
    presence: content?.["presence"] === true,
    previews: content?.["previews"] === true,
    confirmed: content?.["confirmed"] === true,
  };
}

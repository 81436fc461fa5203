import { useTranslation } from "react-i18next";
import { wordOf } from "../../../model/fields";
import type { Said } from "../../../model/said";
import type { BodyProps } from "./body";

const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["transfer", ["pending", "arriving", "accepted", "declined", "expired", "returned"]],
  ["packet", ["open", "claimed", "finished", "expired"]],
  ["request", ["open", "part_paid", "complete", "cancelled", "reminder"]],
]);

/** Money that moves: what kind of payment, and how far it is. Only the wallet writes these, and never how much. */
export function PaymentBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const kind = wordOf(said.content["kind"]);
  const state = stateOf(said);
  const states = KINDS.get(kind);
  return (
    <span className="payment">
      <strong>{t(states === undefined ? "talk.payment.other" : `talk.payment.${kind}`)}</strong>
      {states?.includes(state) && <span>{t(`talk.payment_state.${kind}_${state}`)}</span>}
    </span>
  );
}

/** Later steps refer to the first one. A reminder changes nothing. */
function stateOf(said: Said): string {
  const steps = [said, ...said.references].filter(
    (one) => one.type === "org.courtyard.payment" && one.content["state"] !== "reminder",
  );
  return wordOf(steps.at(-1)?.content["state"]);
}

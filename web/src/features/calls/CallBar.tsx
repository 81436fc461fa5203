import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { SmallCall } from "./SmallCall";
import { useNameOf } from "./usePartner";

/** A call of two, drawn in. */
export function CallBar({ now }: { now: CallNow }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const name = useNameOf(now.userId);
  const label = t("calls.line_is", { name });
  return <SmallCall label={label} name={name} phase={now.phase} since={now.since} desk={desk} />;
}

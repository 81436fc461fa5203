import "./restricted.css";
import { CircleSlash } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Refusal } from "../../protocol/refusal";
import { longTime } from "../../shell/moments";
import { showRefusal } from "../../shell/refusals";
import { capabilityWords } from "./Measures";
import { useNow } from "./useConduct";
import { useRestriction } from "./useRestriction";

/** Say beforehand which of these a decision does not let one do now, until when, why, and where to object. */
export function Restricted({ to }: { to: readonly string[] }) {
  const refusal = useRestriction(...to);
  return refusal === null ? null : <RestrictedBar refusal={refusal} />;
}

export function RestrictedBar({ refusal }: { refusal: Refusal }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const what = capabilityWords(refusal.capability, t);
  return (
    <aside className="restricted" aria-label={t("refusal.title", { what })}>
      <CircleSlash size={22} aria-hidden />
      <p>{t("refusal.beforehand", { what, time: longTime(refusal.endsAt, i18n.language) })}</p>
      <div className="onwards">
        <Button className="text-button" onPress={() => showRefusal(refusal)}>
          {t("refusal.why")}
        </Button>
        {now < refusal.appealUntil && (
          <Link className="text-button" href={`/me/standing/${encodeURIComponent(refusal.decision)}`}>
            {t("refusal.appeal")}
          </Link>
        )}
      </div>
    </aside>
  );
}

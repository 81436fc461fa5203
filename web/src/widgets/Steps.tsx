import "./forms.css";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

interface StepsProps {
  label: string;
  steps: readonly string[];
  /** Which one is under way, from 0; as many as there are: all are done. */
  at: number;
}

/** Where one is in something that takes several steps. */
export function Steps({ label, steps, at }: StepsProps) {
  const { t } = useTranslation();
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, place) => (
        <li
          key={step}
          className={place < at ? "done" : ""}
          {...(place === at && { "aria-current": "step" as const })}
        >
          <span className="mark" aria-hidden="true">
            {place < at ? <Check size={15} strokeWidth={3} /> : place + 1}
          </span>
          <span>
            {step}
            {place < at && <span className="sr-only"> {t("widgets.done")}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

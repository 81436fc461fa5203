import { Maximize2, PhoneOff } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { CallTime } from "./CallState";

interface SmallCallProps {
  /** What it is, for a screen reader. */
  label: string;
  /** With whom, or where. */
  name: string;
  phase: string;
  /** Unix milliseconds, by this device's clock. */
  since: number | null;
  desk: { readonly update: (part: { isSmall: boolean }) => void; readonly hangUp: () => void };
}

/** A call while one reads something else, as a bar: back to it, or hang up. */
export function SmallCall({ label, name, phase, since, desk }: SmallCallProps) {
  const { t } = useTranslation();
  return (
    <aside className="call-bar" aria-label={label}>
      <Button
        className="call-back"
        aria-label={`${t("calls.larger")}: ${name}`}
        autoFocus
        onPress={() => desk.update({ isSmall: false })}
      >
        <Maximize2 size={18} aria-hidden />
        <span className="clip">{name}</span>
      </Button>
      {phase === "talking" ? <CallTime since={since} /> : <p role="status">{t(`calls.phase.${phase}`)}</p>}
      <Button className="icon-button" aria-label={t("calls.hang_up")} onPress={desk.hangUp}>
        <PhoneOff size={21} aria-hidden />
      </Button>
    </aside>
  );
}

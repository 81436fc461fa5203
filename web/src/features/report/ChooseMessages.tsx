import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { momentOf } from "../../model/fields";
import { longTime } from "../../shell/moments";
import { Tick } from "../../widgets/Tick";
import { sentenceOf } from "../chats/rooms";
import { useLanding } from "../standing/useLanding";
import { DISCLOSED_MAX, type Showable } from "./disclosing";

interface ChooseMessagesProps {
  offered: readonly Showable[];
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  onNext: () => void;
  onBack: () => void;
}

/** Which messages of an encrypted room are shown, one by one. */
export function ChooseMessages({ offered, chosen, onChosen, onNext, onBack }: ChooseMessagesProps) {
  const { t } = useTranslation();
  const head = useLanding<HTMLParagraphElement>();

  function toggle(id: string, isChosen: boolean): void {
    const changed = new Set(chosen);
    if (isChosen) changed.add(id);
    else changed.delete(id);
    onChosen(changed);
  }

  return (
    <>
      <p ref={head}>{t("report.disclose_hint")}</p>
      <ul className="showable" aria-label={t("report.disclose")}>
        {offered.map((one) => (
          <li key={one.id}>
            <Tick
              isSelected={chosen.has(one.id)}
              isDisabled={!one.isReadable || (!chosen.has(one.id) && chosen.size >= DISCLOSED_MAX)}
              onChange={(isChosen) => toggle(one.id, isChosen)}
            >
              <Said one={one} />
            </Tick>
          </li>
        ))}
      </ul>
      <p role="status">
        {chosen.size > 0
          ? t("report.chosen", { count: chosen.size })
          : `${t("report.disclose_none")}. ${t("report.disclose_none_hint")}`}
      </p>
      <Button className="button primary" onPress={onNext}>
        {t("report.next")}
      </Button>
      <Button className="button" onPress={onBack}>
        {t("report.back")}
      </Button>
    </>
  );
}

function Said({ one }: { one: Showable }) {
  const { t, i18n } = useTranslation();
  const { event } = one;
  const text = one.isReadable ? sentenceOf(event, t) : t("report.unreadable");
  return (
    <>
      <span className="who">
        {event.sender?.name ?? event.getSender()} · {longTime(momentOf(event.getTs()), i18n.language)}
        {one.isReported && <strong> · {t("report.reported")}</strong>}
      </span>
      <span className="text">{event.isRelation("m.replace") ? t("report.edited", { text }) : text}</span>
    </>
  );
}

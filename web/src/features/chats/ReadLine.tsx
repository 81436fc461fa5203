import "./reading.css";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Said } from "../../model/said";
import { localeOf } from "../../shell/i18n";
import { timeOf } from "./days";
import { useTalk } from "./talk";

/** Under the newest message of one's own that was read: when, or by how many. */
export function ReadLine({ said }: { said: Said }) {
  const { t, i18n } = useTranslation();
  const talk = useTalk();
  const readers = talk.allReaders(said);
  if (talk.isGroup) {
    return (
      <Button className="text-button read-line" onPress={() => talk.act("readers", said)}>
        {t("reading.by", { count: readers.length })}
      </Button>
    );
  }
  const at = readers[0]?.at ?? null;
  return (
    <span className="read-line">
      {at === null ? t("reading.one") : t("reading.one_at", { time: timeOf(at, localeOf(i18n.language)) })}
    </span>
  );
}

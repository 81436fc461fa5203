import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { blurred, type Exactness, placeContent } from "../../../model/location";
import { useClient } from "../../../shell/client";
import { Choice } from "../../../widgets/Choice";
import { Waiting } from "../../../widgets/Waiting";
import { Wrong } from "../../../widgets/Wrong";
import type { Target } from "../composerTools";
import { put } from "../deeds";
import { PlaceCard } from "./PlaceCard";
import { useHere } from "./useHere";

interface SendPlaceProps {
  target: Target;
  onSent: () => void;
}

/** Find out where one is, see what will be sent, choose how exact it is, send it. */
export function SendPlace({ target, onSent }: SendPlaceProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { here, busy, failure, ask } = useHere();
  const [exactness, setExactness] = useState<Exactness>("about");

  if (here === null) {
    return (
      <>
        <p>{t("location.asks")}</p>
        <Wrong text={failure === null ? null : t(`location.${failure}`)} />
        {busy ? (
          <Waiting text={t("location.finding")} />
        ) : (
          <Button className="button primary" onPress={ask}>
            <LocateFixed size={20} aria-hidden /> {t(failure === null ? "location.find" : "errors.retry")}
          </Button>
        )}
      </>
    );
  }
  const place = blurred(here, exactness);

  function send(): void {
    const text = t(exactness === "about" ? "location.said_about" : "location.said");
    put(client, target, "m.room.message", placeContent(place, text, Date.now()));
    onSent();
  }

  return (
    <>
      <Choice
        label={t("location.how_exact")}
        options={[
          ["about", t("location.about")],
          ["exact", t("location.exact")],
        ]}
        value={exactness}
        onChange={setExactness}
      />
      <section className="place-preview" aria-label={t("location.will_send")} aria-live="polite">
        <p className="muted">{t("location.will_send")}</p>
        <PlaceCard place={place} />
      </section>
      <Button className="button primary" onPress={send}>
        {t("location.send")}
      </Button>
    </>
  );
}

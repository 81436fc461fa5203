import { Phone, X } from "lucide-react";
import { Heading } from "react-aria-components/Heading";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { PersonPicture } from "../contacts/PersonPicture";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { RoundButton } from "./RoundButton";
import { useNameOf } from "./usePartner";

/** A call that did not go as it was meant to: why, and what can be done. */
export function CallOver({ now }: { now: CallNow }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const name = useNameOf(now.userId);
  return (
    <div className="call-middle">
      <div className="call-who">
        <PersonPicture userId={now.userId} name={name} large />
        <Heading slot="title" level={2}>
          {name}
        </Heading>
        <p role="alert">
          <strong>{t(`calls.over.${now.ending}`)}</strong>
          <br />
          <span className="muted">{t(`calls.over.${now.ending}_hint`, { name })}</span>
        </p>
      </div>
      <div className="call-buttons">
        <RoundButton icon={X} label={t("calls.close")} onPress={desk.close} />
        <RoundButton
          icon={Phone}
          label={t("calls.again")}
          look="good"
          onPress={() => void desk.place(now.roomId, now.userId, now.isVideo)}
        />
      </div>
    </div>
  );
}

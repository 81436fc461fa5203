import { Phone, PhoneOff, Video, VideoOff } from "lucide-react";
import { Heading } from "react-aria-components/Heading";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { Wrong } from "../../widgets/Wrong";
import { useDoubtOf } from "../chats/doubts";
import { PersonPicture } from "../contacts/PersonPicture";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { RoundButton } from "./RoundButton";
import { useNameOf } from "./usePartner";

/** Somebody calls: who, with or without a picture, and what one says to it. */
export function IncomingCall({ now }: { now: CallNow }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const name = useNameOf(now.userId);
  const doubt = useDoubtOf(now.roomId, now.inviteId);
  return (
    <div className="call-middle">
      <div className="call-who ringing">
        <PersonPicture userId={now.userId} name={name} large />
        <Heading slot="title" level={2}>
          {name}
        </Heading>
        <p className="muted">{t(now.isVideo ? "calls.video" : "calls.voice")}</p>
        <Wrong text={doubt === null ? null : t(`calls.doubt.${doubt}`, { name })} />
        <Wrong text={now.trouble === null ? null : t(now.trouble, { name })} />
      </div>
      <div className="call-buttons">
        <RoundButton icon={PhoneOff} label={t("calls.decline")} look="danger" onPress={desk.decline} />
        {now.isVideo && (
          <RoundButton
            icon={VideoOff}
            label={t("calls.answer_without")}
            onPress={() => void desk.answer(false)}
          />
        )}
        <RoundButton
          icon={now.isVideo ? Video : Phone}
          label={t("calls.answer")}
          look="good"
          onPress={() => void desk.answer(now.isVideo)}
        />
      </div>
    </div>
  );
}

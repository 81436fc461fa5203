import { Phone, X } from "lucide-react";
import { Heading } from "react-aria-components/Heading";
import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { RoundButton } from "../RoundButton";
import { groupDeskOf } from "./desk";
import type { GroupNow } from "./groupNow";

/** A group call that did not go as it was meant to: why, and what can be done. */
export function GroupOver({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const client = useClient();
  const desk = groupDeskOf(client);
  const room = client.getRoom(now.roomId);
  return (
    <div className="call-middle">
      <div className="call-who">
        <Heading slot="title" level={2}>
          {room?.name ?? ""}
        </Heading>
        <p role="alert">
          <strong>{t(`calls.group.over.${now.ending}`)}</strong>
          <br />
          <span className="muted">{t(`calls.group.over.${now.ending}_hint`)}</span>
        </p>
      </div>
      <div className="call-buttons">
        <RoundButton icon={X} label={t("calls.close")} onPress={desk.close} />
        <RoundButton
          icon={Phone}
          label={t("calls.group.again")}
          look="good"
          onPress={() => void desk.join(now.roomId, now.isVideo)}
        />
      </div>
    </div>
  );
}

import { Maximize2, PhoneOff } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { CallTime } from "../CallState";
import { groupDeskOf } from "./desk";
import type { GroupNow } from "./groupNow";

/** A group call while one reads something else: back to it, or hang up. */
export function GroupBar({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const client = useClient();
  const desk = groupDeskOf(client);
  const name = client.getRoom(now.roomId)?.name ?? "";
  return (
    <aside className="call-bar" aria-label={t("calls.group.bar", { name })}>
      <Button
        className="call-back"
        aria-label={`${t("calls.larger")}: ${name}`}
        autoFocus
        onPress={() => desk.update({ isSmall: false })}
      >
        <Maximize2 size={18} aria-hidden />
        <span className="clip">{name}</span>
      </Button>
      {now.phase === "talking" ? (
        <CallTime since={now.since} />
      ) : (
        <p role="status">{t(`calls.phase.${now.phase}`)}</p>
      )}
      <Button className="icon-button" aria-label={t("calls.hang_up")} onPress={desk.hangUp}>
        <PhoneOff size={21} aria-hidden />
      </Button>
    </aside>
  );
}

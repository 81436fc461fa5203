import "./strip.css";
import { Phone } from "lucide-react";
import type { Room } from "matrix-js-sdk";
import { useEffect } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { headcount } from "../../../model/groupCall";
import { useClient } from "../../../shell/client";
import { updateGroup, useGroupNow } from "./groupNow";
import { meIn, tellGone, useMates } from "./mates";
import { useRing } from "./ringNow";
import { useHasCalls } from "./useCarrier";
import { useJoin } from "./useJoin";

/** Above a group's conversation, while there is a call: who is in it, and the way there. */
export function CallStrip({ room }: { room: Room }) {
  const { t } = useTranslation();
  const client = useClient();
  const mates = useMates(room);
  const now = useGroupNow();
  const may = useHasCalls(room);
  const join = useJoin();
  const ring = useRing();
  // Where it is heard, the bar above the page is what one answers.
  const isRinging = ring?.roomId === room.roomId && ring.isLoud;
  const isHere = now !== null && now.phase !== "over" && now.roomId === room.roomId;
  const { identity: me } = meIn(client);
  const isLeft = !isHere && mates.some(({ identity }) => identity === me);
  useEffect(() => {
    // This device went away without a word, and has come back: it is in no call.
    if (isLeft) tellGone(client, room.roomId);
  }, [client, room, isLeft]);

  const others = mates.filter(({ identity }) => identity !== me);
  if (isHere) {
    if (!now.isSmall) return null;
    return (
      <aside className="call-strip" aria-label={t("calls.group.call")}>
        <p>{t("calls.group.you_are_in")}</p>
        <Button className="button primary small" onPress={() => updateGroup({ isSmall: false })}>
          {t("calls.larger")}
        </Button>
      </aside>
    );
  }
  if (others.length === 0) return null;
  return (
    <aside className="call-strip" aria-label={t("calls.group.call")}>
      <Phone size={18} aria-hidden />
      <p role="status">{t("calls.group.are_in", { count: headcount(others) })}</p>
      {may && !isRinging && (
        <Button className="button primary small" onPress={() => join(room.roomId, false)}>
          {t("calls.group.join")}
        </Button>
      )}
    </aside>
  );
}

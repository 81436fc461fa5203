import "./ring.css";
import { Phone, Video, X } from "lucide-react";
import type { Room } from "matrix-js-sdk";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useRoute } from "wouter";
import { useClient } from "../../../shell/client";
import { landOnTitle } from "../../../widgets/landing";
import { roomName } from "../../contacts/people";
import { useCallNow } from "../callNow";
import { ringing } from "../ring";
import { useNameOf } from "../usePartner";
import { useNotice } from "../useRinging";
import { useGroupNow } from "./groupNow";
import { meIn, useMates } from "./mates";
import { declineRing, endRing, listenForRings, type RingNow, useRing } from "./ringNow";
import { useHasCalls } from "./useCarrier";
import { useJoin } from "./useJoin";

/** Somebody calls a group: a bar above the page, wherever one is. */
export function GroupRing() {
  const client = useClient();
  useEffect(() => listenForRings(client), [client]);
  const ring = useRing();
  const room = ring === null ? null : client.getRoom(ring.roomId);
  if (ring === null || room === null) return null;
  return <Ringing key={ring.eventId} ring={ring} room={room} />;
}

interface RingingProps {
  ring: RingNow;
  room: Room;
}

function Ringing({ ring, room }: RingingProps) {
  const { t } = useTranslation();
  const client = useClient();
  const isOn = useIsOn(ring, room);
  const [, open] = useRoute("/chats/:roomId/*?");
  const name = useNameOf(ring.from);
  const words = t("calls.group.rings", { name });
  const isHeard = isOn && ring.isLoud;
  useEffect(() => (isHeard ? ringing(false) : undefined), [isHeard]);
  useNotice(isOn, roomName(client, room), words);
  // There, a line above the conversation says so.
  const isSaid = open?.roomId === ring.roomId && !ring.isLoud;
  return isOn && !isSaid ? <RingBar ring={ring} room={room} words={words} /> : null;
}

/** Say whether it rings; what has been taken up or is too old ends. */
function useIsOn({ eventId, from, until }: RingNow, room: Room): boolean {
  const mates = useMates(room);
  const me = meIn(useClient());
  const may = useHasCalls(room);
  const call = useCallNow();
  const group = useGroupNow();
  const isBusy = [call, group].some((now) => now !== null && now.phase !== "over");
  const isElsewhere = mates.some(({ userId, identity }) => userId === me.userId && identity !== me.identity);
  const isDone = isBusy || isElsewhere;
  useEffect(() => {
    if (isDone) endRing(eventId);
    const timer = setTimeout(endRing, until - Date.now(), eventId);
    return () => clearTimeout(timer);
  }, [eventId, until, isDone]);
  // Only who is in the call, as the room has let them, calls to it; and no longer than they are in it.
  return may && !isDone && mates.some(({ userId }) => userId === from);
}

function RingBar({ ring, room, words }: RingingProps & { words: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const join = useJoin();
  const Icon = ring.isVideo ? Video : Phone;
  const aside = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = aside;
    return () => {
      if (current?.contains(document.activeElement)) setTimeout(landOnTitle);
    };
  }, []);

  function come(): void {
    endRing(ring.eventId);
    join(ring.roomId, false);
  }

  return (
    <aside ref={aside} className="ring-bar" aria-label={t("calls.group.call")}>
      <Icon size={20} aria-hidden />
      <p role={ring.isLoud ? "alert" : "status"}>
        <strong className="clip">{roomName(client, room)}</strong>
        <span className="clip">{words}</span>
      </p>
      <Button className="button primary small" onPress={come}>
        {t("calls.group.join")}
      </Button>
      <Button
        className="icon-button"
        aria-label={t("calls.group.not_now")}
        onPress={() => declineRing(client, ring)}
      >
        <X size={22} aria-hidden />
      </Button>
    </aside>
  );
}

import { useTranslation } from "react-i18next";
import { columnsFor } from "../../../model/groupCall";
import { useClient } from "../../../shell/client";
import { CallControls } from "../CallControls";
import { CallHead } from "../CallHead";
import { CallTime } from "../CallState";
import { groupDeskOf } from "./desk";
import type { GroupNow } from "./groupNow";
import { TileView } from "./TileView";
import { useComings } from "./useComings";
import { useIsWide } from "./useIsWide";

/** A group call that goes on: everybody's picture, and what can be done. */
export function GroupCall({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const client = useClient();
  const desk = groupDeskOf(client);
  const isWide = useIsWide();
  const name = client.getRoom(now.roomId)?.name ?? "";
  const columns = columnsFor(now.tiles.length, isWide);
  return (
    <div className="group-call">
      <CallHead name={name} onSmaller={() => desk.update({ isSmall: true })}>
        <GroupState now={now} />
      </CallHead>
      <ul
        className={columns === 2 ? "tiles two" : "tiles"}
        aria-label={t("calls.group.people")}
        style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      >
        {now.tiles.map((tile) => (
          <TileView key={tile.id} tile={tile} picture={now.pictures.get(tile.id)} />
        ))}
      </ul>
      <CallControls isOpen={now.since !== null} own={now} devices={desk} />
    </div>
  );
}

/** How far a call is, or how long it lasts, and what one should know. */
function GroupState({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const comings = useComings(now.tiles);
  const isTalking = now.phase === "talking";
  const isAlone = isTalking && now.tiles.every(({ isMe }) => isMe);
  return (
    <div className="call-state">
      {isTalking && <CallTime since={now.since} />}
      <div role="status">
        {!isTalking && <p>{t(`calls.phase.${now.phase}`)}</p>}
        {isAlone && <p>{t("calls.group.alone")}</p>}
        {isTalking && !now.isSealed && <p>{t("calls.group.unsealed")}</p>}
        {now.strangers > 0 && <p>{t("calls.group.strangers", { count: now.strangers })}</p>}
        {now.trouble !== null && <p>{t(now.trouble)}</p>}
      </div>
      <p className="sr-only" aria-live="polite">
        {comings}
      </p>
    </div>
  );
}

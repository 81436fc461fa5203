import type { MatrixClient, Room } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { Wrong } from "../../widgets/Wrong";
import { accept, decline, knocksIn, PEOPLE_EVENTS } from "../contacts/people";
import { RequestRow } from "../contacts/RequestRow";

/** Whoever asks to come in, for those who may let them. */
export function GroupAsking({ room }: { room: Room }) {
  const { t } = useTranslation();
  const client = useClient();
  const asking = useFromClient(
    PEOPLE_EVENTS,
    useCallback((from: MatrixClient) => knocksIn(from, room), [room]),
  );
  const { busy, wrong, attempt } = useAttempt();
  if (asking.length === 0) return null;
  return (
    <section className="part">
      <h2>{t("groups.asking")}</h2>
      <Wrong text={wrong} />
      <ul className="card plain-list">
        {asking.map((request) => (
          <RequestRow
            key={request.userId}
            request={request}
            busy={busy}
            onAccept={() => attempt(() => accept(client, request))}
            onDecline={() => attempt(() => decline(client, request))}
          />
        ))}
      </ul>
    </section>
  );
}

import "./stickers.css";
import type { MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { named, PACK } from "../../model/stickers";
import { changePack, PACK_EVENTS, packsIn } from "../../protocol/stickers";
import { useClient, useFromClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Page } from "../../widgets/Page";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { MakePack } from "./MakePack";
import { PackCard } from "./PackCard";

/** The packs of a group: for everybody in it to use, and for those with the power to change. */
export function GroupStickersPage({ params }: PageProps) {
  const roomId = params["roomId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const read = useCallback(
    (from: MatrixClient) => {
      const room = from.getRoom(roomId);
      return {
        packs: room === null ? [] : packsIn(from, room),
        mayMake: room?.currentState.maySendStateEvent(PACK, from.getSafeUserId()) ?? false,
      };
    },
    [roomId],
  );
  const { packs, mayMake } = useFromClient(PACK_EVENTS, read);

  // A key of its own for each pack: two people who make one at the same time make two.
  const make = () =>
    changePack(client, { roomId, stateKey: crypto.randomUUID().slice(0, 8) }, (content) =>
      named(content, t("stickers.new_pack")),
    );

  return (
    <>
      <TopBar title={t("stickers.of_group")} back={`/chats/${encodeURIComponent(roomId)}/group`} />
      <Page>
        <p className="muted">{t("stickers.open")}</p>
        {packs.map((pack) => (
          <PackCard key={pack.key} pack={pack} />
        ))}
        {packs.length === 0 && (
          <Result
            kind="plain"
            title={t("stickers.none_here")}
            text={t(mayMake ? "stickers.none_here_make" : "stickers.none_here_ask")}
          />
        )}
        {mayMake && <MakePack label={t("stickers.make_pack")} make={make} />}
      </Page>
    </>
  );
}

import "./keys.css";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { PageProps } from "../../shell/routes";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { KeysOverview } from "./KeysOverview";
import { MakeKey } from "./MakeKey";
import { putOff } from "./reminder";
import { Unlock } from "./Unlock";
import { useKeys } from "./useKeys";

/** The keys: make a recovery key, or open this device with it. Also the first page after signing up and in. */
export function RecoveryPage(_: PageProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const keys = useKeys();
  // What was begun is finished here, even when the state of the keys changes on the way.
  const [doing, setDoing] = useState<"make" | "unlock" | null>(null);
  const [isFirst] = useState(() => new URLSearchParams(location.search).has("first"));

  function leave(): void {
    go(isFirst ? "/chats" : "/me");
  }

  function later(): void {
    putOff(Date.now());
    go("/chats");
  }

  if (keys === null) {
    return (
      <main className="scroll page">
        <Waiting text={t("keys.looking")} />
      </main>
    );
  }
  const isLocked = keys.hasIdentity && !keys.isVerified;
  const wanted = doing ?? (isLocked ? "unlock" : keys.hasRecovery ? null : "make");
  return (
    <>
      <TopBar title={t("keys.title")} {...(!isFirst && { back: "/me" })} />
      <main className="scroll page">
        {wanted === "make" && (
          <MakeKey
            isReplacing={keys.hasRecovery}
            onBegin={() => setDoing("make")}
            onDone={leave}
            onLater={isFirst || !keys.hasRecovery ? later : leave}
          />
        )}
        {wanted === "unlock" && (
          <Unlock keys={keys} onBegin={() => setDoing("unlock")} onDone={leave} onLater={later} />
        )}
        {wanted === null && <KeysOverview keys={keys} onReplace={() => setDoing("make")} />}
      </main>
    </>
  );
}

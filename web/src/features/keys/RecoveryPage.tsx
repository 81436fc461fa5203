import "./keys.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { type KeysState, keysOfNewDevice } from "../../protocol/keys";
import { useClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import { leadsOnTo } from "../../shell/firstPage";
import type { PageProps } from "../../shell/routes";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { KeysOverview } from "./KeysOverview";
import { MakeKey } from "./MakeKey";
import { putOff, todoOf } from "./reminder";
import { Unlock } from "./Unlock";
import { useKeysReading } from "./useKeys";

/** The keys: make a recovery key, or open this device with it. Also the first page after signing up and in. */
export function RecoveryPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [first] = useState(() => new URLSearchParams(location.search).get("first"));
  const [next] = useState(() => leadsOnTo(location.search));
  const isFirst = first !== null;
  const [atFirst] = useState(() => (isFirst ? keysOfNewDevice(client) : null));
  const { keys: read, error, again } = useKeysReading();
  const keys = read ?? atFirst;
  const isStuck = keys === null && error !== null;
  const isDone = keys?.hasRecovery && keys.isVerified && keys.hasSecrets;
  // Who has just signed in is led on, and not back; unless there is nothing to lead through.
  const back = isFirst ? (isStuck || isDone ? next : null) : "/me";

  function goOn(to: string): void {
    // From what comes next, "Back" does not lead here again.
    go(to, { replace: isFirst });
  }

  function later(): void {
    // What it will turn out to be that is to be done: mostly this.
    const expected = first === "up" ? "recovery" : "locked";
    const todo = keys === null ? expected : todoOf(keys);
    if (todo !== null) putOff(todo, Date.now());
    goOn(next);
  }

  return (
    <>
      <TopBar title={t("keys.title")} {...(back !== null && { back })} />
      <main className="scroll page">
        {keys !== null && (
          <Ways keys={keys} isFirst={isFirst} onDone={() => goOn(isFirst ? next : "/me")} onLater={later} />
        )}
        {keys === null && !isStuck && (
          <>
            <Waiting text={t("keys.looking")} />
            {/* Who wants to go on need not wait: a new account gets its keys all the same. */}
            {isFirst && (
              <Button className="button plain" onPress={later}>
                {t("keys.not_now")}
              </Button>
            )}
          </>
        )}
        {isStuck && <Failure error={error} onAgain={again} />}
      </main>
    </>
  );
}

interface WaysProps {
  keys: KeysState;
  isFirst: boolean;
  onDone: () => void;
  onLater: () => void;
}

function Ways({ keys, isFirst, onDone, onLater }: WaysProps) {
  // What was begun is finished here, even when the state of the keys changes on the way.
  const [doing, setDoing] = useState<"make" | "unlock" | null>(null);
  const isLocked = keys.hasIdentity && !(keys.isVerified && keys.hasSecrets);

  switch (doing ?? (isLocked ? "unlock" : keys.hasRecovery ? "look" : "make")) {
    case "unlock":
      return <Unlock keys={keys} onBegin={() => setDoing("unlock")} onDone={onDone} onLater={onLater} />;
    case "look":
      return <KeysOverview keys={keys} onReplace={() => setDoing("make")} />;
    case "make":
      return (
        <MakeKey
          isReplacing={keys.hasRecovery}
          onBegin={() => setDoing("make")}
          onDone={onDone}
          onLater={isFirst || !keys.hasRecovery ? onLater : onDone}
        />
      );
  }
}

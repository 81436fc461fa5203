import { type EmittedEvents, type MatrixClient, RoomEvent } from "matrix-js-sdk";
import {
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
} from "matrix-js-sdk/lib/crypto-api";
import { useCallback, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components/Button";
import { shownName } from "../../model/contacts";
import { useFromClient } from "../../shell/client";
import { Result } from "../../widgets/Result";
import { Sheet } from "../../widgets/Sheet";
import { Waiting } from "../../widgets/Waiting";
import { contactOf, PEOPLE_EVENTS } from "../contacts/people";
import { Asked } from "./Asked";
import { ChooseWay } from "./ChooseWay";
import { CompareEmoji } from "./CompareEmoji";
import { ConfirmScan } from "./ConfirmScan";
import { isAnsweredElsewhere } from "./inChat";
import { OtherContext, usePhrases } from "./phrases";
import { cancel } from "./run";

interface VerifySheetProps {
  request: VerificationRequest;
  onClose: () => void;
}

function usePhase(request: VerificationRequest): VerificationPhase {
  return useSyncExternalStore(
    (tell) => {
      request.on(VerificationRequestEvent.Change, tell);
      return () => request.off(VerificationRequestEvent.Change, tell);
    },
    () => request.phase,
  );
}

/** One confirmation between two own devices or two people, from the question to its end. */
export function VerifySheet(props: VerifySheetProps) {
  return props.request.isSelfVerification ? <Running {...props} /> : <WithPerson {...props} />;
}

const STEPS: readonly EmittedEvents[] = [RoomEvent.Timeline];

function WithPerson(props: VerifySheetProps) {
  const { request } = props;
  const { otherUserId } = request;
  const read = useCallback(
    (client: MatrixClient) => shownName(contactOf(client, otherUserId)),
    [otherUserId],
  );
  const name = useFromClient(PEOPLE_EVENTS, read);
  const look = useCallback((client: MatrixClient) => isAnsweredElsewhere(client, request), [request]);
  const isElsewhere = useFromClient(STEPS, look);
  return (
    <OtherContext value={name}>
      <Running {...props} isElsewhere={isElsewhere} />
    </OtherContext>
  );
}

interface RunningProps extends VerifySheetProps {
  /** Another own device has answered. Here nothing may be cancelled then: the two go on there. */
  isElsewhere?: boolean;
}

function Running({ request, onClose, isElsewhere = false }: RunningProps) {
  const say = usePhrases();
  const phase = usePhase(request);
  const [failed, setFailed] = useState(false);
  const fail = useCallback(() => {
    setFailed(true);
    cancel(request);
  }, [request]);
  const isTaken = isElsewhere && phase === VerificationPhase.Requested;
  const isOver =
    failed || isTaken || phase === VerificationPhase.Done || phase === VerificationPhase.Cancelled;

  function close(): void {
    if (!isTaken) cancel(request);
    onClose();
  }

  return (
    <Sheet title={say("title")} isOpen onClose={close} asks={!isOver}>
      {failed || isTaken ? (
        <Over kind="bad" words={failed ? "failed" : "elsewhere"} onClose={close} />
      ) : (
        <Phase request={request} phase={phase} onFailed={fail} onClose={close} />
      )}
    </Sheet>
  );
}

interface PhaseProps extends VerifySheetProps {
  phase: VerificationPhase;
  onFailed: () => void;
}

function Phase({ request, phase, onFailed, onClose }: PhaseProps) {
  const say = usePhrases();
  const cancel = (
    <Button className="button" onPress={onClose}>
      {say("cancel")}
    </Button>
  );
  switch (phase) {
    case VerificationPhase.Done:
      return <Over kind="good" words="done" onClose={onClose} />;
    case VerificationPhase.Cancelled:
      return <Over kind="bad" words={ending(request)} onClose={onClose} />;
    case VerificationPhase.Started:
      return <Comparing request={request} onFailed={onFailed} />;
    case VerificationPhase.Ready:
      return (
        <>
          <ChooseWay request={request} onFailed={onFailed} />
          {cancel}
        </>
      );
    default:
      if (!request.initiatedByMe) return <Asked request={request} onFailed={onFailed} onClose={onClose} />;
      return (
        <>
          <p>{say("go_to_other")}</p>
          <Waiting text={say("waiting")} />
          {cancel}
        </>
      );
  }
}

function Comparing({ request, onFailed }: { request: VerificationRequest; onFailed: () => void }) {
  const { verifier } = request;
  if (verifier === undefined) return <Waiting />;
  if (request.chosenMethod === "m.reciprocate.v1") {
    return <ConfirmScan verifier={verifier} onFailed={onFailed} />;
  }
  return <CompareEmoji verifier={verifier} onFailed={onFailed} />;
}

/** Return how a cancelled confirmation ended. */
function ending(request: VerificationRequest): string {
  switch (request.cancellationCode) {
    case "m.mismatched_sas":
    case "m.key_mismatch":
      return "mismatch";
    case "m.timeout":
      return "timeout";
    case "m.accepted":
      return "elsewhere";
    default:
      return "cancelled";
  }
}

function Over({ kind, words, onClose }: { kind: "good" | "bad"; words: string; onClose: () => void }) {
  const say = usePhrases();
  return (
    <Result
      kind={kind}
      title={say(words)}
      text={say(`${words}_hint`)}
      action={say("close")}
      onAction={onClose}
    />
  );
}

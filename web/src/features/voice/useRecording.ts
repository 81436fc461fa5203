/** A voice message on its way from the microphone to the conversation. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { contentOfVoice, waveformOf } from "../../model/voice";
import { useClient } from "../../shell/client";
import type { Target } from "../chats/composerTools";
import { relationTo } from "../chats/deeds";
import { begin } from "../media/uploads";
import { firstKept, type InTrouble, isFull, keep, letGo, putBack, type Recorded } from "./kept";
import { player } from "./player";
import { LENGTH_MAX_MS, NoRecording, Recorder, type Recording, type Trouble } from "./recorder";

export type Step =
  | { readonly at: "idle" }
  | { readonly at: "asking" }
  | { readonly at: "recording"; readonly recorder: Recorder }
  | Ending
  /** It can be listened to. */
  | Recorded
  | InTrouble;

/** The last piece is on its way out of the microphone. */
interface Ending {
  readonly at: "ending";
  readonly recorder: Recorder;
  readonly end: Promise<Recorded | InTrouble>;
  readonly isSent: boolean;
}

const IDLE: Step = { at: "idle" };

export interface Course {
  readonly step: Step;
  readonly begin: () => void;
  /** End the recording: to be listened to first, or to be sent at once. */
  readonly finish: (andSend: boolean) => void;
  readonly send: () => void;
  /** Keep nothing, wherever it is now. */
  readonly discard: () => void;
}

export function useRecording(target: Target, onSent: () => void): Course {
  const { t } = useTranslation();
  const client = useClient();
  const [step, setStep] = useState<Step>(IDLE);
  const now = useRef<Step>(IDLE);
  const timer = useRef(0);
  const isLeft = useRef(false);

  function go(next: Step): void {
    now.current = next;
    setStep(next);
    if (next.at === "idle") void showNext();
  }

  /** Show what waits here, when nothing else is going on any more. Meanwhile it goes on waiting: one may leave again before it is there. */
  async function showNext(): Promise<void> {
    const end = isLeft.current ? null : firstKept(client, target);
    if (end === null) return;
    const left = await end;
    if (isLeft.current || now.current.at !== "idle" || !letGo(client, end)) return;
    go(left ?? IDLE);
  }

  // What comes of a step that was given up meanwhile is thrown away.
  async function start(): Promise<void> {
    if (now.current.at !== "idle" && now.current.at !== "trouble") return;
    player.pause();
    if (isFull(client)) {
      go({ at: "trouble", trouble: "full" });
      return;
    }
    const asking: Step = { at: "asking" };
    const isGivenUp = () => now.current !== asking;
    go(asking);
    try {
      const recorder = await Recorder.begin(() => finish(false));
      if (isGivenUp()) {
        recorder.cancel();
        return;
      }
      timer.current = window.setTimeout(() => finish(false), LENGTH_MAX_MS);
      go({ at: "recording", recorder });
    } catch (error) {
      if (!isGivenUp()) go({ at: "trouble", trouble: troubleIn(error) });
    }
  }

  function finish(andSend: boolean): void {
    if (now.current.at !== "recording") return;
    const { recorder } = now.current;
    window.clearTimeout(timer.current);
    // A second press while it ends means the same one recording.
    const ending: Ending = { at: "ending", recorder, end: endOf(recorder), isSent: andSend };
    go(ending);
    void ending.end.then((left) => {
      if (now.current !== ending) return;
      go(left);
      if (andSend) send();
    });
  }

  function send(): void {
    if (now.current.at !== "recorded") return;
    player.stop();
    hand(now.current.recording);
    go(IDLE);
    onSent();
  }

  /** From here on it is a file like any other: in the conversation at once, wherever one goes meanwhile. */
  function hand({ blob, length_ms, levels }: Recording): void {
    const { roomId, threadId } = target;
    const voice = contentOfVoice({
      body: t("voice.message"),
      length_ms,
      waveform: waveformOf(levels),
      type: blob.type,
      size: blob.size,
    });
    const content = { ...voice, ...relationTo(client, target) };
    begin(client, { roomId, threadId, content, blob, name: t("voice.message"), thumbnail: null });
  }

  function discard(): void {
    const before = now.current;
    window.clearTimeout(timer.current);
    if (before.at === "recording" || before.at === "ending") before.recorder.cancel();
    if (before.at === "recorded") player.stop();
    go(IDLE);
  }

  // Whoever leaves the conversation does not leave an open microphone behind. What was sent goes its way; what was said waits here for them,
  // from now on: the same conversation may be opened again in the same moment.
  function leave(): void {
    isLeft.current = true;
    finish(false);
    const last = now.current;
    if (last.at === "recorded") {
      player.stop();
      putBack(client, target, last);
    } else if (last.at === "ending")
      keep(client, target, last.isSent ? sent(last.end) : last.end, !last.isSent);
    go(IDLE);
  }

  /** Send what ends after one has left. That it was lost is said where it was to go. */
  async function sent(end: Ending["end"]): Promise<InTrouble | null> {
    const left = await end;
    if (left.at === "trouble") return left;
    hand(left.recording);
    return null;
  }

  function comeBack(): void {
    isLeft.current = false;
    void showNext();
  }

  const steps = useRef({ leave, comeBack });
  steps.current = { leave, comeBack };
  useEffect(() => {
    steps.current.comeBack();
    return () => steps.current.leave();
  }, []);

  return {
    step,
    begin: () => void start(),
    finish,
    send,
    discard,
  };
}

async function endOf(recorder: Recorder): Promise<Recorded | InTrouble> {
  const isWhole = recorder.elapsed_ms < LENGTH_MAX_MS;
  try {
    return { at: "recorded", recording: await recorder.stop(), isWhole };
  } catch {
    return { at: "trouble", trouble: "lost" };
  }
}

function troubleIn(error: unknown): Trouble {
  return error instanceof NoRecording ? error.trouble : "broken";
}

/** A voice message on its way from the microphone to the conversation. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { contentOfVoice, waveformOf } from "../../model/voice";
import { useClient } from "../../shell/client";
import type { Target } from "../chats/composerTools";
import { relationTo } from "../chats/deeds";
import { begin } from "../media/uploads";
import { keepRecorded, type Recorded, takeRecorded } from "./kept";
import { player } from "./player";
import { LENGTH_MAX_MS, NoRecording, Recorder, type Trouble } from "./recorder";

export type Step =
  | { readonly at: "idle" }
  | { readonly at: "asking" }
  | { readonly at: "recording"; readonly recorder: Recorder }
  /** The last piece is on its way out of the microphone. */
  | { readonly at: "ending"; readonly recorder: Recorder; readonly isSent: boolean }
  /** It can be listened to. */
  | Recorded
  | { readonly at: "trouble"; readonly trouble: Trouble };

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
  // Each attempt has its number: what comes of one that was given up is thrown away.
  const attempt = useRef(0);
  const isLeft = useRef(false);

  function go(next: Step): void {
    now.current = next;
    setStep(next);
  }

  async function start(): Promise<void> {
    if (now.current.at !== "idle" && now.current.at !== "trouble") return;
    attempt.current += 1;
    const mine = attempt.current;
    player.pause();
    go({ at: "asking" });
    try {
      const recorder = await Recorder.begin(() => void finish(false));
      if (attempt.current !== mine) {
        recorder.cancel();
        return;
      }
      timer.current = window.setTimeout(() => void finish(false), LENGTH_MAX_MS);
      go({ at: "recording", recorder });
    } catch (error) {
      if (attempt.current === mine) go({ at: "trouble", trouble: troubleIn(error) });
    }
  }

  async function finish(andSend: boolean): Promise<void> {
    if (now.current.at !== "recording") return;
    const { recorder } = now.current;
    const mine = attempt.current;
    window.clearTimeout(timer.current);
    const isWhole = recorder.elapsed_ms < LENGTH_MAX_MS;
    // A second press while it ends means the same one recording.
    go({ at: "ending", recorder, isSent: andSend });
    try {
      const recording = await recorder.stop();
      if (attempt.current !== mine) return;
      go({ at: "recorded", recording, isWhole });
      if (andSend) send();
      else if (isLeft.current) keep();
    } catch (error) {
      if (attempt.current === mine) go({ at: "trouble", trouble: troubleIn(error) });
    }
  }

  /** From here on it is a file like any other: in the conversation at once, wherever one goes meanwhile. */
  function send(): void {
    if (now.current.at !== "recorded") return;
    const { blob, length_ms, levels } = now.current.recording;
    const { roomId, threadId } = target;
    player.stop();
    const voice = contentOfVoice({
      body: t("voice.message"),
      length_ms,
      waveform: waveformOf(levels),
      type: blob.type,
      size: blob.size,
    });
    const content = { ...voice, ...relationTo(client, target) };
    begin(client, { roomId, threadId, content, blob, name: t("voice.message"), thumbnail: null });
    go(IDLE);
    onSent();
  }

  function discard(): void {
    const before = now.current;
    attempt.current += 1;
    window.clearTimeout(timer.current);
    if (before.at === "recording" || before.at === "ending") before.recorder.cancel();
    if (before.at === "recorded") player.stop();
    go(IDLE);
  }

  // Whoever leaves the conversation does not leave an open microphone behind. What was sent goes its way; what was said waits here for them.
  function leave(): void {
    isLeft.current = true;
    if (now.current.at === "asking") discard();
    else if (now.current.at === "recording") void finish(false);
    else keep();
  }

  function keep(): void {
    if (now.current.at !== "recorded") return;
    player.stop();
    keepRecorded(client, target, now.current);
  }

  function comeBack(): void {
    isLeft.current = false;
    const recorded = takeRecorded(client, target);
    if (recorded !== null) go(recorded);
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
    finish: (andSend) => void finish(andSend),
    send,
    discard,
  };
}

function troubleIn(error: unknown): Trouble {
  return error instanceof NoRecording ? error.trouble : "broken";
}

/** A voice message on its way from the microphone to the conversation. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { contentOfVoice, waveformOf } from "../../model/voice";
import { fieldsFor, send as upload } from "../../protocol/media";
import { useClient } from "../../shell/client";
import { tellRefusal } from "../../shell/refusals";
import { wordsFor } from "../../shell/words";
import type { Target } from "../chats/composerTools";
import { put } from "../chats/deeds";
import { player } from "./player";
import { LENGTH_MAX_MS, NoRecording, Recorder, type Recording, type Trouble } from "./recorder";

export type Step =
  | { readonly at: "idle" }
  | { readonly at: "asking" }
  | { readonly at: "recording"; readonly recorder: Recorder }
  /** It can be listened to. `wrong`: why it could not be sent. */
  | {
      readonly at: "recorded";
      readonly recording: Recording;
      readonly wrong: string | null;
      readonly isWhole: boolean;
    }
  | { readonly at: "sending"; readonly recording: Recording; readonly done: number }
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
  const stopSending = useRef(new AbortController());
  // Each attempt has its number: what comes of one that was given up is thrown away.
  const attempt = useRef(0);

  function go(next: Step): void {
    now.current = next;
    setStep(next);
  }

  async function begin(): Promise<void> {
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
    try {
      const recording = await recorder.stop();
      if (attempt.current !== mine) return;
      go({ at: "recorded", recording, wrong: null, isWhole });
      if (andSend) await send();
    } catch (error) {
      if (attempt.current === mine) go({ at: "trouble", trouble: troubleIn(error) });
    }
  }

  async function send(): Promise<void> {
    if (now.current.at !== "recorded") return;
    const { recording, isWhole } = now.current;
    const { blob, length_ms, levels } = recording;
    const mine = attempt.current;
    player.stop();
    go({ at: "sending", recording, done: 0 });
    stopSending.current = new AbortController();
    try {
      const source = await upload(client, blob, {
        encrypted: client.getRoom(target.roomId)?.hasEncryptionStateEvent() ?? true,
        onProgress: (done) => {
          if (attempt.current === mine && now.current.at === "sending")
            go({ at: "sending", recording, done });
        },
        signal: stopSending.current.signal,
      });
      if (attempt.current !== mine) return;
      const content = contentOfVoice({
        body: t("voice.message"),
        length_ms,
        waveform: waveformOf(levels),
        type: blob.type,
        size: blob.size,
      });
      put(client, target, "m.room.message", { ...content, ...fieldsFor(source) });
      go(IDLE);
      onSent();
    } catch (error) {
      if (attempt.current !== mine) return;
      const isTold = tellRefusal(error);
      const words = navigator.onLine ? wordsFor(error, t, OF_SENDING) : t("errors.offline");
      go({ at: "recorded", recording, wrong: isTold ? t("voice.not_sent") : words, isWhole });
    }
  }

  function discard(): void {
    const before = now.current;
    attempt.current += 1;
    window.clearTimeout(timer.current);
    stopSending.current.abort();
    if (before.at === "recording") before.recorder.cancel();
    if (before.at === "recorded") player.stop();
    go(IDLE);
  }

  const leave = useRef(discard);
  leave.current = discard;
  // Whoever leaves the conversation does not leave an open microphone behind.
  useEffect(() => () => leave.current(), []);

  return {
    step,
    begin: () => void begin(),
    finish: (andSend) => void finish(andSend),
    send: () => void send(),
    discard,
  };
}

const OF_SENDING = { M_FORBIDDEN: "voice.not_sent" };

function troubleIn(error: unknown): Trouble {
  return error instanceof NoRecording ? error.trouble : "broken";
}

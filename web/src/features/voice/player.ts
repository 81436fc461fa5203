/** What is being heard: one sound at a time, in the whole app. */
import type { MatrixClient } from "matrix-js-sdk";
import { useSyncExternalStore } from "react";
import { fetchMedia, type Source } from "../../protocol/media";

export interface Track {
  /** Of its message. */
  readonly id: string;
  /** Where it is, or the sound itself while it is not sent yet. */
  readonly from: Source | Blob;
  readonly type: string;
  /** In seconds, as its sender tells it; null when not told. */
  readonly length: number | null;
  /** It begins to be heard. */
  readonly onPlay?: () => void;
  /** What follows on when it has been heard to its end. */
  readonly next?: () => Track | null;
}

export interface View {
  readonly state: "idle" | "fetching" | "playing" | "paused" | "failed";
  /** In seconds. */
  readonly at: number;
  readonly length: number | null;
}

const IDLE: View = { state: "idle", at: 0, length: null };
/** How often the place is shown, in milliseconds. */
const STEP_MS = 80;

export const SPEEDS: readonly number[] = [1, 1.5, 2];
const KEPT_SPEED = "courtyard.voice_speed";

class Player {
  /** What is known of each sound that somebody has touched. */
  private readonly views = new Map<string, View>();
  private readonly watching = new Set<() => void>();
  private readonly audio = new Audio();
  private client: MatrixClient | null = null;
  private track: Track | null = null;
  private address: string | null = null;
  private timer = 0;
  private stopFetching = new AbortController();
  speed: number = speedIn(localStorage.getItem(KEPT_SPEED));

  constructor() {
    const { audio } = this;
    audio.addEventListener("ended", () => this.end());
    audio.addEventListener("pause", () => this.rest());
    audio.addEventListener("playing", () => this.show({ state: "playing" }));
    audio.addEventListener("error", () => {
      if (this.address !== null) this.fail();
    });
    // A film or a call begins to sound. Our own sound is no part of the page, and is not heard of here.
    const onOther = ({ target }: Event) => {
      if (target instanceof HTMLMediaElement && !target.muted) this.pause();
    };
    document.addEventListener("play", onOther, { capture: true });
  }

  readonly subscribe = (told: () => void): (() => void) => {
    this.watching.add(told);
    return () => this.watching.delete(told);
  };

  look(id: string): View {
    return this.views.get(id) ?? IDLE;
  }

  /** Play a sound, or go on with it; whatever else was heard rests. */
  async play(client: MatrixClient, track: Track): Promise<void> {
    const isOther = this.track?.id !== track.id;
    if (!isOther && this.look(track.id).state === "fetching") return;
    if (isOther) this.leave();
    this.track = track;
    const stop = this.stopFetching;
    try {
      if (this.address === null) await this.fetch(client, track, stop.signal);
      if (stop.signal.aborted) return;
      this.audio.playbackRate = this.speed;
      await this.audio.play();
      track.onPlay?.();
      this.follow(client);
    } catch {
      if (!stop.signal.aborted) this.fail();
    }
  }

  pause(): void {
    this.audio.pause();
  }

  /** Go to a place, in seconds. What does not play yet will begin there. */
  seek(id: string, at: number): void {
    this.put(id, { at });
    if (this.track?.id === id && this.address !== null) this.audio.currentTime = at;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.audio.playbackRate = speed;
    localStorage.setItem(KEPT_SPEED, String(speed));
    this.tell();
  }

  /** Say no more: the conversation is left. */
  readonly stop = (): void => {
    this.leave();
    this.views.clear();
    this.tell();
  };

  private follow(client: MatrixClient): void {
    this.client = client;
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.show({ at: this.audio.currentTime }), STEP_MS);
  }

  private async fetch(client: MatrixClient, track: Track, signal: AbortSignal): Promise<void> {
    this.show({ state: "fetching" });
    const { from, type } = track;
    const blob = from instanceof Blob ? from : await fetchMedia(client, from, { type, signal });
    if (signal.aborted) return;
    this.address = URL.createObjectURL(blob);
    const { audio } = this;
    audio.src = this.address;
    await until(audio, "loadedmetadata", signal);
    if (audio.duration === Number.POSITIVE_INFINITY) await measure(audio, signal);
    if (signal.aborted) return;
    const length = Number.isFinite(audio.duration) ? audio.duration : track.length;
    this.show({ length });
    const { at } = this.look(track.id);
    audio.currentTime = length !== null && at >= length - 0.1 ? 0 : at;
  }

  /** It is heard to its end. */
  private end(): void {
    const { track, client } = this;
    if (track === null) return;
    this.leave();
    this.put(track.id, { state: "idle", at: 0 });
    const next = track.next?.() ?? null;
    if (next !== null && client !== null) void this.play(client, next);
  }

  /** The event comes a little later: by then another sound may be on its way. */
  private rest(): void {
    if (this.address === null || !this.audio.paused || this.audio.ended) return;
    window.clearInterval(this.timer);
    this.show({ state: "paused", at: this.audio.currentTime });
  }

  private fail(): void {
    const { track } = this;
    this.leave();
    if (track !== null) this.put(track.id, { state: "failed", at: 0 });
  }

  /** Let go of the sound. Its place is kept. */
  private leave(): void {
    const { track, audio } = this;
    window.clearInterval(this.timer);
    this.stopFetching.abort();
    this.stopFetching = new AbortController();
    this.track = null;
    audio.pause();
    if (track !== null) this.put(track.id, { state: "idle" });
    if (this.address === null) return;
    const { address } = this;
    this.address = null;
    audio.removeAttribute("src");
    audio.load();
    URL.revokeObjectURL(address);
  }

  private show(part: Partial<View>): void {
    if (this.track !== null) this.put(this.track.id, part);
  }

  private put(id: string, part: Partial<View>): void {
    this.views.set(id, { ...this.look(id), ...part });
    this.tell();
  }

  private tell(): void {
    for (const told of this.watching) told();
  }
}

export const player = new Player();

/** How one sound is now. */
export function useHearing(id: string): View {
  return useSyncExternalStore(player.subscribe, () => player.look(id));
}

export function useSpeed(): number {
  return useSyncExternalStore(player.subscribe, () => player.speed);
}

function speedIn(kept: string | null): number {
  return SPEEDS.find((one) => String(one) === kept) ?? 1;
}

function until(audio: HTMLAudioElement, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { once: true, signal };
    audio.addEventListener(name, () => resolve(), options);
    audio.addEventListener("error", () => reject(new Error("not a sound")), options);
    signal.addEventListener("abort", () => resolve());
  });
}

/** Chromium writes sounds that do not say how long they are, and goes to no place in them before it has been at their end. */
async function measure(audio: HTMLAudioElement, signal: AbortSignal): Promise<void> {
  const known = until(audio, "durationchange", signal);
  audio.currentTime = 1e9;
  await Promise.race([known, new Promise((resolve) => setTimeout(resolve, 3000))]);
}

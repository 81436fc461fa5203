/** The microphone, and what it hears: a recording with its length and how loud it was. */

/** Why there is no recording. Each has its words: `voice.trouble.…`. */
export type Trouble =
  | "refused"
  | "missing"
  | "busy"
  | "insecure"
  | "unsupported"
  | "broken"
  | "lost"
  | "full";

export class NoRecording extends Error {
  constructor(readonly trouble: Trouble) {
    super(`no recording: ${trouble}`);
  }
}

export interface Recording {
  readonly blob: Blob;
  readonly length_ms: number;
  /** From 0 to 1, many in each second. */
  readonly levels: readonly number[];
}

export const LENGTH_MAX_MS = 10 * 60_000;
const STEP_MS = 60;

/** The first that a browser can write. Ogg is what Matrix clients expect of a voice; WebM is the last, for it is what not all of them play.
 *  Of MP4 a browser says what it can put into it: some write it without having anything for sound.
 */
const TYPES = [
  "audio/ogg;codecs=opus",
  "audio/mp4;codecs=mp4a.40.2",
  "audio/mp4;codecs=opus",
  "audio/webm;codecs=opus",
];
/** Enough for a voice: 240 kB a minute. */
const BITS = 32_000;

export class Recorder {
  readonly levels: number[] = [];
  private readonly chunks: Blob[] = [];
  private readonly meter = new AudioContext();
  private readonly ears: AnalyserNode;
  private readonly begun = performance.now();
  private readonly timer: number;

  private constructor(
    private readonly stream: MediaStream,
    private readonly machine: MediaRecorder,
    /** The microphone was pulled out, or taken away by the device. */
    onLost: () => void,
  ) {
    for (const track of stream.getTracks()) track.addEventListener("ended", onLost);
    this.ears = this.meter.createAnalyser();
    this.ears.fftSize = 1024;
    this.meter.createMediaStreamSource(stream).connect(this.ears);
    void this.meter.resume();
    this.timer = window.setInterval(() => this.levels.push(this.level()), STEP_MS);
    machine.ondataavailable = ({ data }) => this.chunks.push(data);
    // Piece by piece: a recording that ends badly is not lost as a whole.
    machine.start(1000);
  }

  /** Ask for the microphone and begin. Throws `NoRecording`. */
  static async begin(onLost: () => void): Promise<Recorder> {
    if (!window.isSecureContext) throw new NoRecording("insecure");
    const type = TYPES.find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
    if (type === undefined || navigator.mediaDevices === undefined) throw new NoRecording("unsupported");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      throw new NoRecording(troubleOf(error));
    }
    try {
      const options = { mimeType: type, audioBitsPerSecond: BITS };
      return new Recorder(stream, new MediaRecorder(stream, options), onLost);
    } catch {
      silence(stream);
      throw new NoRecording("broken");
    }
  }

  get elapsed_ms(): number {
    return performance.now() - this.begun;
  }

  /** End it, and return what was heard. */
  async stop(): Promise<Recording> {
    const length_ms = Math.min(this.elapsed_ms, LENGTH_MAX_MS);
    if (this.machine.state !== "inactive") {
      const ended = new Promise((resolve) => this.machine.addEventListener("stop", resolve, { once: true }));
      this.machine.stop();
      await ended;
    }
    this.release();
    const [type = ""] = this.machine.mimeType.split(";");
    const blob = new Blob(this.chunks, { type });
    if (blob.size === 0) throw new NoRecording("lost");
    return { blob, length_ms, levels: this.levels };
  }

  /** End it, and keep nothing. */
  cancel(): void {
    if (this.machine.state !== "inactive") this.machine.stop();
    this.release();
  }

  private release(): void {
    window.clearInterval(this.timer);
    silence(this.stream);
    if (this.meter.state !== "closed") void this.meter.close();
  }

  /** How loud it is now: the root of the mean square. A voice that speaks into a phone rarely has more than a third of all. */
  private level(): number {
    const samples = new Float32Array(this.ears.fftSize);
    this.ears.getFloatTimeDomainData(samples);
    const sum = samples.reduce((all, one) => all + one * one, 0);
    return Math.min(1, Math.sqrt(sum / samples.length) * 3);
  }
}

/** The light of the microphone goes out. */
function silence(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

function troubleOf(error: unknown): Trouble {
  return (error instanceof DOMException ? TROUBLES[error.name] : undefined) ?? "broken";
}

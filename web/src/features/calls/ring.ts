/** The sounds of a call that has not been answered, made and not fetched. */

/** Two tones, a pause, again: somebody calls. Or one long low tone: it rings over there. */
const IN = { hertz: [523, 659], each: 0.32, every: 2_400, loudness: 0.16 } as const;
const OUT = { hertz: [425], each: 1, every: 4_000, loudness: 0.05 } as const;

/** Ring until what is returned is called. */
export function ringing(isOut: boolean): () => void {
  const { hertz, each, every, loudness } = isOut ? OUT : IN;
  const context = new AudioContext();

  function once(): void {
    for (const turn of isOut ? [0] : [0, 0.8]) {
      hertz.forEach((pitch, index) => {
        tone(context, pitch, context.currentTime + turn + index * each, each, loudness);
      });
    }
    if (!isOut) navigator.vibrate?.([300, 200, 300]);
  }

  once();
  const timer = setInterval(once, every);
  return () => {
    clearInterval(timer);
    if (!isOut) navigator.vibrate?.(0);
    void context.close();
  };
}

function tone(context: AudioContext, hertz: number, at: number, seconds: number, loudness: number): void {
  const volume = context.createGain();
  volume.connect(context.destination);
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(loudness, at + 0.03);
  volume.gain.setValueAtTime(loudness, at + seconds - 0.06);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  const source = context.createOscillator();
  source.frequency.value = hertz;
  source.connect(volume);
  source.start(at);
  source.stop(at + seconds);
}

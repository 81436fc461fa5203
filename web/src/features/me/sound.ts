/** Two soft tones, made and not fetched. */
export function ring(): void {
  const context = new AudioContext();
  const loudness = context.createGain();
  loudness.connect(context.destination);
  loudness.gain.setValueAtTime(0.0001, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.12, context.currentTime + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.5);
  for (const [hertz, after] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(loudness);
    tone.start(context.currentTime + after);
    tone.stop(context.currentTime + 0.5);
    tone.onended = () => void (after > 0 && context.close());
  }
}

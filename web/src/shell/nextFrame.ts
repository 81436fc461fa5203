/** A page that is hidden is drawn no more, and has no frames: what it says of itself elsewhere, as in its title, is this late there. */
const HIDDEN_MS = 1_000;

/** Do something before the page is drawn next, or after a second where it is not. Returns what gives that up. */
export function beforeNextFrame(act: () => void): () => void {
  function drop(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  }
  function run(): void {
    drop();
    act();
  }
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
  return drop;
}

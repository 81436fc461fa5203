import { VerificationPhase, type VerificationRequest, type Verifier } from "matrix-js-sdk/lib/crypto-api";

/** Verifiers that run already: one can be run only once. */
const running = new WeakSet<Verifier>();

/** Let a confirmation run. How it ends is told by its request. */
export function run(verifier: Verifier): void {
  if (running.has(verifier)) return;
  running.add(verifier);
  verifier.verify().catch(() => undefined);
}

/** End it on the other device, too. Who is not told that it is over hears so when its time runs out. */
export function cancel(request: VerificationRequest): void {
  const isOver = request.phase === VerificationPhase.Done || request.phase === VerificationPhase.Cancelled;
  if (!isOver) request.cancel().catch(() => undefined);
}

import { lazy, Suspense } from "react";
import { useClient } from "../../shell/client";

const CallStage = lazy(async () => ({ default: (await import("./CallStage")).CallStage }));

/** Calls, wherever in the app one is. What draws them comes after the page, which does not wait for it. */
export function Calls() {
  const client = useClient();
  if (!client.supportsVoip()) return null;
  return (
    <Suspense>
      <CallStage />
    </Suspense>
  );
}

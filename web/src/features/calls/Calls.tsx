import { lazy, Suspense } from "react";
import { useClient } from "../../shell/client";
import { whenSettled } from "../../shell/settled";
import { ComingSheet } from "./ComingSheet";
import { useGroupNow } from "./group/groupNow";

const CallStage = lazy(async () => {
  await whenSettled();
  return { default: (await import("./CallStage")).CallStage };
});

const GroupStage = lazy(async () => ({ default: (await import("./group/GroupStage")).GroupStage }));

/** Calls, wherever in the app one is. What draws them comes after the page, which does not wait for it. */
export function Calls() {
  const client = useClient();
  const isInGroup = useGroupNow() !== null;
  if (!client.supportsVoip()) return null;
  return (
    <>
      <ComingSheet />
      <Suspense>
        <CallStage />
        {isInGroup && <GroupStage />}
      </Suspense>
    </>
  );
}

/** What draws calls: it comes after the page, which does not wait for it. Without it nothing rings, so it is fetched until it is there. */
import { ComingByItself, part } from "../../shell/part";
import { whenSettled } from "../../shell/settled";

export const CallStage = part(async () => {
  await whenSettled();
  return (await import("./CallStage")).CallStage;
}, ComingByItself);

export const GroupStage = part(async () => (await import("./group/GroupStage")).GroupStage, ComingByItself);

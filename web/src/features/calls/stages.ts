/** What draws calls. Without it nothing rings, so it is fetched until it is there. */
import { ComingByItself, latePart, part } from "../../shell/part";

export const CallStage = latePart(async () => (await import("./CallStage")).CallStage);

export const GroupStage = part(async () => (await import("./group/GroupStage")).GroupStage, ComingByItself);

/** The bar about new keys: it comes after the page, which does not wait for it. Without it nobody is warned, so it is fetched until it is there. */
import { ComingByItself, part } from "../../shell/part";
import { whenSettled } from "../../shell/settled";

export const NewKeys = part(async () => {
  await whenSettled();
  return (await import("./NewKeysBar")).NewKeysBar;
}, ComingByItself);

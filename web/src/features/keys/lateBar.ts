/** The bar about new keys. */
import { latePart } from "../../shell/part";

export const NewKeys = latePart(async () => (await import("./NewKeysBar")).NewKeysBar);

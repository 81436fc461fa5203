/** What is said about the keys of other people, where one looks at something else: it comes after that. */
import { latePart } from "../../shell/part";

export const NewKeys = latePart(async () => (await import("./NewKeysBar")).NewKeysBar);
export const Shield = latePart(async () => (await import("./Shield")).Shield);
export const CompareKeys = latePart(async () => (await import("./CompareKeys")).CompareKeys);

/** Every word in English. */
import { sections } from "./words";

export const words = sections(import.meta.glob("./en/*.json", { eager: true }));

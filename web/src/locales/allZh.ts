/** Every word in Chinese. */
import { sections } from "./words";

export const words = sections(import.meta.glob("./zh-CN/*.json", { eager: true }));

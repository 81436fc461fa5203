/** The stickers that were used last on this device. Nobody else is told. */
import { recentIn, type Sticker, withRecent } from "../../model/stickers";

const KEPT = "courtyard.recent_stickers";

export function recentStickers(): Sticker[] {
  return recentIn(localStorage.getItem(KEPT));
}

export function setRecent(sticker: Sticker): void {
  localStorage.setItem(KEPT, JSON.stringify(withRecent(recentStickers(), sticker)));
}

/** Which voice messages of others have been heard, on this device: their dot goes when they are first played. */
import { heardIn, isHeard, withHeard } from "../../model/voice";
import { newBoard } from "../../shell/board";

const KEPT = "courtyard.heard";

let heard = heardIn(localStorage.getItem(KEPT), Date.now());
const { put, use } = newBoard(heard);
if (localStorage.getItem(KEPT) === null) keep();

function keep(): void {
  localStorage.setItem(KEPT, JSON.stringify(heard));
}

export function useIsHeard(id: string, at: number): boolean {
  return isHeard(use(), id, at);
}

export function setHeard(id: string, at: number): void {
  heard = withHeard(heard, id, at);
  keep();
  put(heard);
}

/** The choice of this device: whether a browser may interrupt is asked for each device. */
import { type NotifyChoice, notifyChoice } from "../../model/notify";

const KEPT = "courtyard.notify";

export function keptNotify(): NotifyChoice {
  return notifyChoice(localStorage.getItem(KEPT));
}

export function keepNotify(choice: NotifyChoice): void {
  localStorage.setItem(KEPT, JSON.stringify(choice));
}

import { useLetIn } from "../contacts/useLetIn";
import { usePresenceByChoice } from "../presence/usePresenceByChoice";
import { useNotifications } from "./useNotifications";

/** What goes on while the app is open, whatever page is shown. */
export function Background() {
  useNotifications();
  usePresenceByChoice();
  useLetIn();
  return null;
}

import { useNotifications } from "./useNotifications";
import { usePresenceByChoice } from "./usePrivacy";

/** What goes on while the app is open, whatever page is shown. */
export function Background() {
  useNotifications();
  usePresenceByChoice();
  return null;
}

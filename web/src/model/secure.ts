/** Where people find this server with https, by its own word (`m.homeserver` of `/.well-known/matrix/client`). */

/** Names of the machine that asks, whoever it is. */
const OWN_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** What a server listens on that answers on all of its addresses. */
const EVERYWHERE = /^(0\.0\.0\.0|\[::\])$/;

/** Return the secure address of the page that is open at `here`, or null: the server names none that leads there. */
export function secureAddress(baseUrl: unknown, here: string): string | null {
  if (typeof baseUrl !== "string" || !URL.canParse(baseUrl)) return null;
  const { protocol, host, hostname } = new URL(baseUrl);
  if (protocol !== "https:" || EVERYWHERE.test(hostname)) return null;
  const open = new URL(here);
  // On another machine it leads to that machine itself.
  if (OWN_MACHINE.test(hostname) && !OWN_MACHINE.test(open.hostname)) return null;
  return `https://${host}${open.pathname}`;
}

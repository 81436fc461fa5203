import { asker } from "./http";

/** Ask the server under which address it wants to be reached; anybody may. */
export async function publicAddress(): Promise<unknown> {
  const told = await asker()("GET", "/.well-known/matrix/client");
  const server = told["m.homeserver"];
  return typeof server === "object" && server !== null && "base_url" in server ? server.base_url : null;
}

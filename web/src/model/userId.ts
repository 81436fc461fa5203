/** Names of accounts: `@name:server`. Pure. */

/** Return the full id for a name as people write it. */
export function fullId(written: string, serverName: string): string {
  const name = written.trim().replace(/^@/, "").toLowerCase();
  return name.includes(":") ? `@${name}` : `@${name}:${serverName}`;
}

/** Return the name alone, without its server. */
export function localPart(userId: string): string {
  return userId.slice(1).split(":")[0] ?? userId;
}

/** Return the server of an account. */
export function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}

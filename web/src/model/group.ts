/** Groups in plain words: roles for power levels, and what each setting means. Pure. */

export type Role = "owner" | "admin" | "member";
export const ROLES: readonly Role[] = ["owner", "admin", "member"];
const POWER: Record<Role, number> = { owner: 100, admin: 50, member: 0 };

/** Return what a power level is called. The creators of a room (from version 12 on) are above every number. */
export function roleOf(power: number): Role {
  if (power >= POWER.owner) return "owner";
  return power >= POWER.admin ? "admin" : "member";
}

export function powerOf(role: Role): number {
  return POWER[role];
}

export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly power: number;
}

/** Owners first, then admins, each in the order of their names. */
export function byRole<T extends Member>(members: readonly T[], language: string): T[] {
  const order = new Intl.Collator(language);
  return [...members].sort(
    (a, b) =>
      ROLES.indexOf(roleOf(a.power)) - ROLES.indexOf(roleOf(b.power)) ||
      order.compare(a.name, b.name) ||
      (a.userId < b.userId ? -1 : 1),
  );
}

/** How people come in: only when asked, by asking, or at once with the code. */
export const ENTRIES = ["invite", "knock", "public"] as const;
export type Entry = (typeof ENTRIES)[number];
/** What is found besides where other clients have set it, and is said as it is: by being in another room. */
export type FoundEntry = Entry | "restricted";

/** Who sees what was said before they came. */
export const HISTORIES = ["joined", "invited", "shared"] as const;
export type History = (typeof HISTORIES)[number];
/** What is found besides: everybody reads, in the group or not. */
export type FoundHistory = History | "world_readable";

export function entryOf(rule: string | undefined): FoundEntry {
  if (rule === "public" || rule === "restricted") return rule;
  return rule === "knock" || rule === "knock_restricted" ? "knock" : "invite";
}

export function historyOf(visibility: string | undefined): FoundHistory {
  if (visibility === "joined" || visibility === "invited" || visibility === "world_readable")
    return visibility;
  return "shared";
}

export interface Powers {
  readonly users?: Readonly<Record<string, number>>;
  readonly events_default?: number;
  readonly state_default?: number;
  readonly invite?: number;
  readonly events?: Readonly<Record<string, number>>;
}

/** Who may do something: everybody in the group, or admins alone. */
export type Who = "all" | "admins";

export function whoSends(powers: Powers): Who {
  return (powers.events_default ?? 0) > 0 ? "admins" : "all";
}

export function whoInvites(powers: Powers): Who {
  return (powers.invite ?? 0) > 0 ? "admins" : "all";
}

/** What says in the room that one is in its call: to call is to speak. */
const CALL_MEMBER = "org.matrix.msc3401.call.member";

/** Return the power levels with another answer to "who may write". To react, and to take back what is one's own, stays open to all. */
export function withSenders<P extends Powers>(powers: P, who: Who): P {
  const level = who === "all" ? 0 : POWER.admin;
  const events = { ...powers.events, "m.reaction": 0, "m.room.redaction": 0, [CALL_MEMBER]: level };
  return { ...powers, events_default: level, events };
}

export function withInviters<P extends Powers>(powers: P, who: Who): P {
  return { ...powers, invite: who === "all" ? 0 : POWER.admin };
}

/** Return the power levels with somebody in another role. */
export function withRole<P extends Powers>(powers: P, userId: string, role: Role): P {
  const { [userId]: _before, ...users } = powers.users ?? {};
  return { ...powers, users: role === "member" ? users : { ...users, [userId]: POWER[role] } };
}

/** Who is in a group call, and how they are laid out. Pure. */

/** Somebody who says in the room that they are in its call. */
export interface Mate {
  readonly userId: string;
  /** What the call's own server calls their device. */
  readonly identity: string;
}

/** Somebody whom the call's own server has let in. */
export interface Present {
  readonly identity: string;
  readonly isMuted: boolean;
  readonly isSpeaking: boolean;
  readonly hasCamera: boolean;
  readonly hasScreen: boolean;
}

export interface Tile {
  /** Another one for each picture. */
  readonly id: string;
  readonly identity: string;
  readonly userId: string;
  readonly isMe: boolean;
  readonly isScreen: boolean;
  readonly isMuted: boolean;
  readonly isSpeaking: boolean;
  readonly hasPicture: boolean;
  /** They have said so, and are not there yet. */
  readonly isComing: boolean;
}

interface Company {
  /** Oneself: the first of them in `present`, if one is there. */
  readonly me: Mate;
  readonly mates: readonly Mate[];
  readonly present: readonly Present[];
  readonly isHidden: (userId: string) => boolean;
}

/** Return a tile for each picture: screens first, then the others in the order in which they came, oneself last.
 *
 *  Whom nobody in the room has announced gets none, and neither does whom one has blocked.
 */
export function tilesOf({ me, mates, present, isHidden }: Company): Tile[] {
  const here = new Map(present.map((one) => [one.identity, one]));
  const others = mates.filter(({ userId, identity }) => identity !== me.identity && !isHidden(userId));
  const seen = new Set<string>();
  const faces: Tile[] = [];
  const screens: Tile[] = [];
  for (const mate of [...others, me]) {
    if (seen.has(mate.identity)) continue;
    seen.add(mate.identity);
    const found = here.get(mate.identity);
    const common = {
      identity: mate.identity,
      userId: mate.userId,
      isMe: mate.identity === me.identity,
      isMuted: found?.isMuted ?? false,
    };
    faces.push({
      ...common,
      id: mate.identity,
      isScreen: false,
      isSpeaking: found?.isSpeaking ?? false,
      hasPicture: found?.hasCamera ?? false,
      isComing: found === undefined,
    });
    if (!found?.hasScreen) continue;
    const id = `${mate.identity} screen`;
    screens.push({ ...common, id, isScreen: true, isSpeaking: false, hasPicture: true, isComing: false });
  }
  return [...screens, ...faces];
}

/** Return how many are connected whom nobody in the room has announced. They hear nothing; but one should know. */
export function strangersIn(me: Mate, mates: readonly Mate[], present: readonly Present[]): number {
  const known = new Set([me, ...mates].map(({ identity }) => identity));
  return present.filter(({ identity }) => !known.has(identity)).length;
}

/** Return how many people are in a call: somebody with two devices is one. */
export function headcount(mates: readonly Mate[]): number {
  return new Set(mates.map(({ userId }) => userId)).size;
}

/** Return into how many columns so many tiles go, on a wide or a narrow screen. */
export function columnsFor(tiles: number, isWide: boolean): number {
  if (tiles <= 1) return 1;
  if (isWide) return tiles <= 4 ? 2 : 3;
  return tiles <= 2 ? 1 : 2;
}

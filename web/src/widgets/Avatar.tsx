const COLOURS = ["#b5502a", "#2f6fc4", "#0b7a5c", "#8a4fb5", "#94610f", "#3a5a6d", "#b83b6b", "#4c6b2f"];

/** Return a colour that stays the same for a name. */
function colourOf(id: string): string {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return COLOURS[sum % COLOURS.length] ?? "#3a5a6d";
}

/** Return the first character a person would see. */
function initialOf(name: string): string {
  const [first] = name.replace(/^[@#!]/, "");
  return (first ?? "?").toUpperCase();
}

interface AvatarProps {
  id: string;
  name: string;
  src?: string | null;
  small?: boolean;
  large?: boolean;
}

/** A picture of a person or group; without one, the first letter of the name. It says nothing to a screen reader: the name stands beside it. */
export function Avatar({ id, name, src, small, large }: AvatarProps) {
  return (
    <span className={classOf(small, large)} style={src ? {} : shade(id)} aria-hidden="true">
      {src ? <img src={src} alt="" /> : initialOf(name)}
    </span>
  );
}

interface GroupAvatarProps {
  /** Who is in it; the first four are shown. */
  members: readonly { readonly id: string; readonly name: string; readonly src?: string | null }[];
  large?: boolean;
}

/** A group without a picture of its own: its people, two by two. */
export function GroupAvatar({ members, large }: GroupAvatarProps) {
  return (
    <span className={`${classOf(false, large)} grid`} aria-hidden="true">
      {members.slice(0, 4).map(({ id, name, src }) => (
        <i key={id} style={src ? {} : shade(id)}>
          {src ? <img src={src} alt="" /> : initialOf(name)}
        </i>
      ))}
    </span>
  );
}

function classOf(small: boolean | undefined, large: boolean | undefined): string {
  return `avatar${small ? " small" : ""}${large ? " large" : ""}`;
}

function shade(id: string) {
  const colour = colourOf(id);
  return { background: `linear-gradient(145deg, color-mix(in srgb, ${colour} 92%, #fff), ${colour})` };
}

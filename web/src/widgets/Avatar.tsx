const COLOURS = ["#b5502a", "#2f6fc4", "#0b7a5c", "#8a4fb5", "#94610f", "#3a5a6d", "#b83b6b", "#4c6b2f"];

/** Return a colour that stays the same for a name. */
export function colourOf(id: string): string {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return COLOURS[sum % COLOURS.length] ?? "#3a5a6d";
}

/** Return the first character a person would see. */
export function initialOf(name: string): string {
  const [first] = name.replace(/^[@#!]/, "");
  return (first ?? "?").toUpperCase();
}

interface AvatarProps {
  id: string;
  name: string;
  src?: string | null;
  small?: boolean;
}

/** A picture of a person or group; without one, the first letter of the name. It says nothing to a screen reader: the name stands beside it. */
export function Avatar({ id, name, src, small }: AvatarProps) {
  const colour = colourOf(id);
  return (
    <span
      className={small ? "avatar small" : "avatar"}
      style={{ background: `linear-gradient(145deg, color-mix(in srgb, ${colour} 82%, #fff), ${colour})` }}
      aria-hidden="true"
    >
      {src ? <img src={src} alt="" /> : initialOf(name)}
    </span>
  );
}

/** The stickers that come with the app: a steamed bun that has feelings. Drawn here, as shapes; made pictures in the browser. */
import { drawnOn, type Small } from "./smallPicture";

const INK = "#5b3b24";
const SKIN = "#fff3dc";
const RED = "#e5484d";
const BLUE = "#5aa9e6";
const PINK = "#f7a394";

const line = (d: string, width = 7, colour = INK) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const shape = (d: string, fill: string, edge = INK) =>
  `<path d="${d}" fill="${fill}" stroke="${edge}" stroke-width="6" stroke-linejoin="round"/>`;
const dot = (x: number, y: number, r: number, fill = INK) =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;
const heart = (x: number, y: number, size: number, fill = RED) =>
  `<path transform="translate(${x} ${y}) scale(${size})" fill="${fill}" d="M0 8C-14-2-9-13-3-12-1-12 0-10 0-9 0-10 1-12 3-12 9-13 14-2 0 8Z"/>`;
const drop = (x: number, y: number, size: number) =>
  `<path transform="translate(${x} ${y}) scale(${size})" fill="${BLUE}" d="M0-12C8-1 8 10 0 10-8 10-8-1 0-12Z"/>`;
const star = (x: number, y: number, fill: string) =>
  `<path transform="translate(${x} ${y})" fill="${fill}" d="M0-11 3-3 11 0 3 3 0 11-3 3-11 0-3-3Z"/>`;

const BODY =
  "M36 170C26 112 70 76 104 62 112 58 118 46 128 46 138 46 144 58 152 62 186 76 230 112 220 170 216 208 178 220 128 220 78 220 40 208 36 170Z";
const PLEATS = "M128 56C124 70 118 80 106 90M128 56C128 72 128 80 128 94M128 56C132 70 138 80 150 90";

/** The bun itself, with a white rim that stands out on every ground. */
function bun(face: string, skin = SKIN, behind = ""): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 256 256">
<path d="${BODY}" fill="#fff" stroke="#fff" stroke-width="20" stroke-linejoin="round"/>
${behind}${shape(BODY, skin)}${line(PLEATS, 5)}
<ellipse cx="74" cy="170" rx="15" ry="9" fill="${PINK}"/><ellipse cx="182" cy="170" rx="15" ry="9" fill="${PINK}"/>
${face}</svg>`;
}

const EYES = dot(96, 146, 9) + dot(160, 146, 9) + dot(99, 143, 3, "#fff") + dot(163, 143, 3, "#fff");
const GLAD_EYES = line("M82 150Q96 132 110 150") + line("M146 150Q160 132 174 150");
const SHUT_EYES = line("M82 146Q96 158 110 146") + line("M146 146Q160 158 174 146");
const SMILE = line("M108 172Q128 192 148 172");
const LAUGH = shape("M102 168Q128 176 154 168 152 204 128 204 104 204 102 168Z", "#a5322f");
const hand = (x: number, y: number) => `<g>${dot(x, y, 18, INK)}${dot(x, y, 12.5, SKIN)}</g>`;

const WAVES = line("M214 62Q226 70 228 84", 6) + line("M226 44Q242 54 246 74", 6);
const PALMS =
  shape("M126 226C112 222 106 206 110 190L122 166C126 160 128 164 128 170L128 226Z", SKIN) +
  shape("M130 226C144 222 150 206 146 190L134 166C130 160 128 164 128 170L128 226Z", SKIN);
const HAT =
  shape("M92 76 128 6 164 76Q128 92 92 76Z", "#7c5cd6") +
  dot(128, 10, 10, "#ffd23f") +
  dot(120, 52, 6, "#fff");
const PAPER =
  star(40, 60, "#ffd23f") +
  star(216, 70, BLUE) +
  dot(62, 98, 6, RED) +
  dot(196, 34, 6, "#3bb273") +
  dot(58, 26, 6, BLUE);

const DRAWINGS: Readonly<Record<string, string>> = {
  hello: bun(EYES + SMILE + line("M200 150Q222 130 208 98", 8) + hand(206, 88) + WAVES),
  laugh: bun(GLAD_EYES + LAUGH + drop(70, 140, 1.1) + drop(186, 140, 1.1)),
  love: bun(
    heart(96, 150, 2) +
      heart(160, 150, 2) +
      shape("M108 174Q128 180 148 174 146 198 128 198 110 198 108 174Z", "#a5322f"),
    SKIN,
    heart(222, 66, 1.8) + heart(38, 76, 1.3),
  ),
  wink: bun(
    dot(96, 146, 9) +
      dot(99, 143, 3, "#fff") +
      line("M146 148Q160 136 174 148") +
      SMILE +
      shape("M124 183Q126 202 136 202 146 200 142 180Q134 186 124 183Z", "#f2757f"),
  ),
  cry: bun(
    SHUT_EYES +
      line("M110 190Q119 178 128 188 137 198 146 184") +
      shape("M84 158Q96 164 106 158L106 206Q95 214 84 206Z", BLUE, "#3d86c0") +
      shape("M150 158Q160 164 172 158L172 206Q161 214 150 206Z", BLUE, "#3d86c0"),
  ),
  angry: bun(
    line("M80 126 110 140", 9) +
      line("M176 126 146 140", 9) +
      dot(98, 152, 8) +
      dot(158, 152, 8) +
      line("M106 190Q128 170 150 190") +
      line("M186 96Q194 106 204 98M190 112Q194 104 188 94", 5, RED),
    "#ffd2bf",
  ),
  surprised: bun(
    line("M82 116Q94 106 106 114") +
      line("M150 114Q162 106 174 116") +
      dot(96, 146, 16) +
      dot(160, 146, 16) +
      dot(96, 146, 11, "#fff") +
      dot(160, 146, 11, "#fff") +
      dot(96, 147, 6) +
      dot(160, 147, 6) +
      shape("M128 174C140 174 142 202 128 202 114 202 116 174 128 174Z", "#a5322f"),
  ),
  sleepy: bun(
    SHUT_EYES +
      shape("M120 178Q128 172 136 178 136 188 128 188 120 188 120 178Z", "#a5322f") +
      line("M192 92H212L192 114H212", 6, "#6a7fb5") +
      line("M216 52H242L216 80H242", 7, "#6a7fb5"),
  ),
  thinking: bun(
    dot(102, 138, 9) +
      dot(166, 138, 9) +
      line("M84 120Q96 112 108 118") +
      line("M148 122 174 118") +
      line("M114 182Q128 176 140 182") +
      hand(150, 206) +
      dot(206, 72, 6) +
      dot(224, 52, 9) +
      dot(238, 22, 12),
  ),
  cool: bun(
    shape("M70 128H124Q124 164 98 164 72 164 70 128Z", "#23222b") +
      shape("M132 128H186Q184 164 158 164 132 164 132 128Z", "#23222b") +
      line("M120 132Q128 126 136 132", 7) +
      line("M80 136 94 136", 5, "#fff") +
      line("M142 136 156 136", 5, "#fff") +
      line("M112 186Q134 194 150 178"),
  ),
  thanks: bun(
    GLAD_EYES + line("M118 170Q128 178 138 170") + PALMS + star(40, 84, "#ffd23f") + star(218, 88, "#ffd23f"),
  ),
  party: bun(GLAD_EYES + LAUGH + HAT + PAPER),
};

export const BUNS: readonly string[] = Object.keys(DRAWINGS);

interface Bun extends Small {
  readonly words: string;
  readonly name: string;
}

/** Draw all of them; `wordsFor` says what each shows. */
export async function drawBuns(wordsFor: (name: string) => string): Promise<Bun[]> {
  const drawn: Bun[] = [];
  for (const [name, drawing] of Object.entries(DRAWINGS)) {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
    await image.decode();
    const small = await drawnOn(512, 512, (context) => context.drawImage(image, 0, 0, 512, 512));
    drawn.push({ ...small, words: wordsFor(name), name: `bun_${name}` });
  }
  return drawn;
}

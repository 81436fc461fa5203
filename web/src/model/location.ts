/** Places that people send: what stands in a message, how it is blurred, and how far it is. Pure. spec: client-server-api#mlocation, MSC3488 */
import { recordOf } from "./fields";
import type { Content } from "./timeline";

export interface Place {
  /** Degrees, north is positive. */
  readonly latitude: number;
  /** Degrees, east is positive. */
  readonly longitude: number;
  /** The place is within this many metres of it; null: not said. */
  readonly within: number | null;
}

export type Exactness = "about" | "exact";

/** How far off a blurred place may be. */
export const ABOUT_M = 1_000;
const STEP = 0.01;

/** Return a place as it is sent: about, on a grid whose fields are a kilometre wide; or as exactly as the device knows it.
 *
 *  It is a grid and nothing by chance: who sends the same place again gives nothing away.
 */
export function blurred(place: Place, exactness: Exactness): Place {
  if (exactness === "exact") {
    const { latitude, longitude, within } = place;
    return {
      latitude: rounded(latitude, 5),
      longitude: rounded(longitude, 5),
      within: within === null ? null : Math.ceil(within),
    };
  }
  const latitude = rounded(Math.round(place.latitude / STEP) * STEP, 2);
  // Degrees of longitude get narrower towards the poles.
  const step = STEP / Math.max(Math.cos(radians(latitude)), STEP);
  const longitude = rounded(wrapped(Math.round(place.longitude / step) * step), 3);
  return { latitude, longitude, within: Math.max(ABOUT_M, Math.ceil(place.within ?? 0)) };
}

/** Return the address of a place. spec: RFC 5870 */
export function geoUri({ latitude, longitude, within }: Place): string {
  const near = within === null ? "" : `;u=${written(within)}`;
  return `geo:${written(latitude)},${written(longitude)}${near}`;
}

/** A number below this would be written with an exponent, which an address does not know; and it is no hand's breadth. */
const LEAST = 1e-6;

function written(value: number): string {
  return `${Math.abs(value) < LEAST ? 0 : value}`;
}

/** Return the place in a message, or null when it says none that is on this earth. */
export function placeIn(content: Content): Place | null {
  const block = recordOf(content["m.location"]) ?? recordOf(content["org.matrix.msc3488.location"]);
  return placeOf(block?.["uri"]) ?? placeOf(content["geo_uri"]);
}

/** A double below 1 takes up to 18 digits, and others write more: the whole address has a limit, and its numbers have none. */
const NUMBER = "(-?\\d{1,3}(?:\\.\\d+)?)";
const GEO = new RegExp(
  `^geo:${NUMBER},${NUMBER}(?:,-?\\d+(?:\\.\\d+)?)?((?:;[\\w-]{1,20}(?:=[^;]{0,40})?){0,8})$`,
  "i",
);

function placeOf(uri: unknown): Place | null {
  const found = typeof uri === "string" && uri.length < 300 ? GEO.exec(uri.trim()) : null;
  if (found === null) return null;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  const within = Number(/;u=(\d{1,8}(?:\.\d+)?)(?:;|$)/i.exec(found[3] ?? "")?.[1] ?? Number.NaN);
  return { latitude, longitude, within: Number.isFinite(within) ? within : null };
}

/** Return what somebody calls a place, if they call it anything. */
export function nameIn(content: Content): string {
  const block = recordOf(content["m.location"]) ?? recordOf(content["org.matrix.msc3488.location"]);
  const name = block?.["description"];
  return typeof name === "string" ? name.trim().slice(0, 200) : "";
}

/** Return the content of a message that says where somebody is. `text` is for clients that know no places. */
export function placeContent(place: Place, text: string, at: number): Record<string, unknown> {
  const uri = geoUri(place);
  return {
    msgtype: "m.location",
    body: `${text} ${uri}`,
    geo_uri: uri,
    "org.matrix.msc3488.location": { uri },
    "org.matrix.msc3488.asset": { type: "m.self" },
    "org.matrix.msc3488.ts": at,
    "org.matrix.msc1767.text": `${text} ${uri}`,
    "m.mentions": {},
  };
}

/** Return the content of a message that names a place which somebody else sent: nobody says that they are there, or when. */
export function pinContent(place: Place, name: string): Record<string, unknown> {
  const uri = geoUri(place);
  return {
    msgtype: "m.location",
    body: uri,
    geo_uri: uri,
    "org.matrix.msc3488.location": { uri, ...(name !== "" && { description: name }) },
    "org.matrix.msc3488.asset": { type: "m.pin" },
    "org.matrix.msc1767.text": uri,
  };
}

const EARTH_M = 6_371_000;

/** Return how far it is from one place to another, in metres, over the round earth. */
export function distance(from: Place, to: Place): number {
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const across = radians(to.longitude - from.longitude);
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(across / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
type Wind = (typeof WINDS)[number];

/** Return in which direction one sets out from one place to another. */
export function wind(from: Place, to: Place): Wind {
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const across = radians(to.longitude - from.longitude);
  const turn = Math.atan2(
    Math.sin(across) * Math.cos(b),
    Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(across),
  );
  return WINDS[(Math.round(turn / (Math.PI / 4)) + 8) % 8] ?? "n";
}

/** Return a map of the place on a site that needs no account. It is opened only by a press. */
export function mapLink({ latitude, longitude, within }: Place): string {
  const zoom = within !== null && within >= ABOUT_M ? 13 : 16;
  const at = `${rounded(latitude, 5)}/${rounded(longitude, 5)}`;
  const mark = `mlat=${rounded(latitude, 5)}&mlon=${rounded(longitude, 5)}`;
  return `https://www.openstreetmap.org/?${mark}#map=${zoom}/${at}`;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function wrapped(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}

/** Minus nought is nought. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) || 0;
}

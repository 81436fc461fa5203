import type { TFunction } from "i18next";
import { KnownMembership } from "matrix-js-sdk";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import {
  capabilityParts,
  endOf,
  endsTogether,
  type Heard,
  heardOf,
  isInForce,
  type Line,
  linesOf,
} from "../../model/standing";
import type { Decision, Measure } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { messagePath } from "../../shell/messagePath";
import { leftWords, longTime } from "../../shell/moments";
import { useNow } from "./useConduct";

/** Return what a capability lets one do, in words. One that we do not know keeps its name. */
export function capabilityWords(capability: string, t: TFunction): string {
  const { name, person } = capabilityParts(capability);
  const what = t(`capabilities.${name}`, { defaultValue: name });
  return person === null ? what : t("capabilities.towards", { what, person });
}

/** What is done to these is no message, and is said in words of its own. */
const OWN_WORDS = ["hide_room", "hide_profile", "quarantine_media"];

function kindOf({ type, step, item_type }: Measure, heard: Heard): string {
  const done = `${step}_${item_type}`;
  if (OWN_WORDS.includes(done)) return done;
  return heard === "refused" || heard === "missed" ? "suspension" : (step ?? type);
}

function words(measure: Measure, line: Line, heard: Heard, t: TFunction, language: string): string {
  const { state } = measure;
  // What is left of a suspension in part is no suspension any more.
  const kind = line.isWhole ? kindOf(measure, heard) : "feature";
  const values = {
    what: line.capabilities.map((one) => capabilityWords(one, t)).join(t("capabilities.comma")),
    from: longTime(measure.starts_at, language),
    until: longTime(line.endsAt, language),
  };
  if (state === "active") return t(`standing.measure_${kind}`, values);
  const tense = state === "scheduled" ? "measure" : "was";
  return `${t(`standing.${tense}_${kind}`, values)} ${t(`standing.now_${state}`, values)}`;
}

/** What measures take, in a sentence for each of them and each end. */
export function measureWords(
  measures: readonly Measure[],
  now: number,
  t: TFunction,
  language: string,
): string[] {
  return measures.flatMap((measure) =>
    linesOf(measure).map((line) => words(measure, line, heardOf(measure, now), t, language)),
  );
}

/** What a decision takes, a sentence for each measure and each end; of what is over, that it is. */
export function Measures({ measures }: { measures: readonly Measure[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  return (
    <ul className="measures">
      {measures.flatMap((measure) =>
        linesOf(measure).map((line) => (
          <li
            key={`${measure.type}${measure.step ?? ""}${measure.item ?? ""}${line.endsAt}${line.capabilities.join()}`}
          >
            {words(measure, line, heardOf(measure, now), t, i18n.language)} <Panel measure={measure} />
            <Look measure={measure} />
          </li>
        )),
      )}
    </ul>
  );
}

/** What the three have said, or have to say, whom a block needs to last. Of what is over nobody has to say anything. */
function Panel({ measure }: { measure: Measure }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { panel, state } = measure;
  const heard = heardOf(measure, now);
  const isOpen = state === "active" || state === "scheduled" || state === "stayed";
  if (panel === undefined || heard === null || !isOpen) return null;
  const time = (at: number) => longTime(at, i18n.language);
  return t(`standing.panel_${heard}`, {
    until: time(panel.until),
    otherwise: time(panel.unconfirmed_ends_at),
    heard: time(panel.heard_at ?? panel.until),
  });
}

/** The way to what a measure is about, for who may still see it where it is; for others, what it was. */
function Look({ measure: { item, item_type, room, event, thread, sent_at } }: { measure: Measure }) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const isIn = (id: string) => client.getRoom(id)?.getMyMembership() === KnownMembership.Join;
  if (item === undefined) return null;
  if (item_type === "profile") return <Link href="/me/profile">{t("standing.look")}</Link>;
  if (item_type === "room") {
    if (!isIn(item)) return t("standing.left_room");
    return <Link href={`/chats/${encodeURIComponent(item)}`}>{t("standing.look")}</Link>;
  }
  if (room === undefined || event === undefined || sent_at === undefined) {
    return item_type === "event" && t("standing.gone_event");
  }
  if (isIn(room)) return <Link href={messagePath(room, event, thread ?? null)}>{t("standing.look")}</Link>;
  return t(`standing.left_${item_type}`, { time: longTime(sent_at, i18n.language) });
}

/** How long a decision lasts; of one whose parts end apart, when the last does. */
export function Lasting({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const end = endOf(decision);
  if (!isInForce(decision)) return null;
  return (
    <p className="time">
      {endsTogether(decision) ? (
        <strong>{t("standing.left", { time: leftWords(end, now, i18n.language) })}</strong>
      ) : (
        t("standing.last", { time: longTime(end, i18n.language) })
      )}
    </p>
  );
}

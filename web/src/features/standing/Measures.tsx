import type { TFunction } from "i18next";
import { KnownMembership } from "matrix-js-sdk";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { capabilityParts, endOf, endsTogether, isInForce, type Line, linesOf } from "../../model/standing";
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

function words(measure: Measure, line: Line, t: TFunction, language: string): string {
  const { state } = measure;
  // What is left of a suspension in part is no suspension any more.
  const kind = line.isWhole ? (measure.step ?? measure.type) : "feature";
  const values = {
    what: line.capabilities.map((one) => capabilityWords(one, t)).join(t("capabilities.comma")),
    from: longTime(measure.starts_at, language),
    until: longTime(line.endsAt, language),
  };
  if (state === "active") return t(`standing.measure_${kind}`, values);
  const tense = state === "scheduled" ? "measure" : "was";
  return `${t(`standing.${tense}_${kind}`, values)} ${t(`standing.now_${state}`, values)}`;
}

/** What a decision takes, a sentence for each measure and each end; of what is over, that it is. */
export function Measures({ measures }: { measures: readonly Measure[] }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="measures">
      {measures.flatMap((measure) =>
        linesOf(measure).map((line) => (
          <li
            key={`${measure.type}${measure.step ?? ""}${measure.item ?? ""}${line.endsAt}${line.capabilities.join()}`}
          >
            {words(measure, line, t, i18n.language)} <Look measure={measure} />
          </li>
        )),
      )}
    </ul>
  );
}

/** The way to the message that a measure is about, for who is still where it stands. */
function Look({ measure: { item, room, thread } }: { measure: Measure }) {
  const { t } = useTranslation();
  const client = useClient();
  if (item === undefined || room === undefined) return null;
  if (client.getRoom(room)?.getMyMembership() !== KnownMembership.Join) return null;
  return <Link href={messagePath(room, item, thread ?? null)}>{t("standing.look")}</Link>;
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

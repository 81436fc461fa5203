import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { capabilityParts } from "../../model/standing";
import type { Measure } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";

/** Return what a capability lets one do, in words. One that we do not know keeps its name. */
export function capabilityWords(capability: string, t: TFunction): string {
  const { name, person } = capabilityParts(capability);
  const what = t(`capabilities.${name}`, { defaultValue: name });
  return person === null ? what : t("capabilities.towards", { what, person });
}

function words(measure: Measure, t: TFunction, language: string): string {
  const kind = measure.step ?? measure.type;
  return t(`standing.measure_${kind}`, {
    what: measure.capabilities.map((one) => capabilityWords(one, t)).join(t("capabilities.comma")),
    until: longTime(measure.ends_at, language),
  });
}

/** What a decision takes, one sentence for each measure. */
export function Measures({ measures }: { measures: readonly Measure[] }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="measures">
      {measures.map((one) => (
        <li key={`${one.type}${one.step ?? ""}${one.item ?? ""}${one.capabilities.join()}`}>
          {words(one, t, i18n.language)}
        </li>
      ))}
    </ul>
  );
}

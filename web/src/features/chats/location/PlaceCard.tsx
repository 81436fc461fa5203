import "./location.css";
import { MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ABOUT_M, type Place } from "../../../model/location";
import { lengthOf } from "./measures";

/** A place, drawn without any map: maps come from others, who would see who looks at what. */
export function PlaceCard({ place, name = "" }: { place: Place; name?: string }) {
  const { t, i18n } = useTranslation();
  const { within } = place;
  return (
    <div className="place-card">
      <span className={within !== null && within >= ABOUT_M ? "ground wide" : "ground"} aria-hidden="true">
        <MapPin size={30} />
      </span>
      {name !== "" && <strong>{name}</strong>}
      <span className="at">{coordinates(place, t)}</span>
      <span className="quiet">
        {within === null
          ? t("location.within_unknown")
          : t("location.within", { length: lengthOf(within, i18n.language) })}
      </span>
    </div>
  );
}

/** North and south in words, so that nobody has to know which is negative. */
function coordinates(
  { latitude, longitude, within }: Place,
  t: (key: string, values: Record<string, string>) => string,
): string {
  const digits = within !== null && within >= ABOUT_M ? 2 : 5;
  const north = t(latitude < 0 ? "location.south" : "location.north", {
    degrees: Math.abs(latitude).toFixed(digits),
  });
  const east = t(longitude < 0 ? "location.west" : "location.east", {
    degrees: Math.abs(longitude).toFixed(digits),
  });
  return t("location.pair", { north, east });
}

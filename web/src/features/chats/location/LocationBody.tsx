import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { distance, geoUri, mapLink, nameIn, type Place, placeIn, wind } from "../../../model/location";
import type { BodyProps } from "../bodies/body";
import { UnknownBody } from "../bodies/UnknownBody";
import { lengthOf } from "./measures";
import { PlaceCard } from "./PlaceCard";
import { useHere } from "./useHere";

/** Where somebody is, and what can be made of it. */
export function LocationBody({ said, mine }: BodyProps) {
  const { t } = useTranslation();
  const place = placeIn(said.content);
  const [isCopied, setCopied] = useState(false);
  if (place === null) return <UnknownBody said={said} mine={mine} />;

  function copy(found: Place): void {
    navigator.clipboard.writeText(`${found.latitude}, ${found.longitude}`).then(
      () => setCopied(true),
      () => undefined,
    );
  }

  return (
    <div className="location">
      <PlaceCard place={place} name={nameIn(said.content)} />
      <HowFar place={place} />
      <div className="place-ways">
        <Button className="text-button" onPress={() => copy(place)}>
          {t(isCopied ? "location.copied" : "location.copy")}
        </Button>
        <a href={geoUri(place)} rel="noopener noreferrer">
          {t("location.in_app")}
        </a>
        <a href={mapLink(place)} target="_blank" rel="noopener noreferrer">
          {t("location.on_osm")}
        </a>
      </div>
    </div>
  );
}

/** How far it is and in which direction: when it is asked for, and told to nobody. */
function HowFar({ place }: { place: Place }) {
  const { t, i18n } = useTranslation();
  const { here, busy, failure, ask } = useHere();
  if (here === null) {
    return (
      <>
        <Button className="text-button" onPress={ask} isDisabled={busy}>
          {t(busy ? "location.finding" : "location.how_far")}
        </Button>
        {failure !== null && (
          <span className="wrong" role="alert">
            {t(`location.${failure}`)}
          </span>
        )}
      </>
    );
  }
  const metres = distance(here, place);
  const unsure = Math.max(place.within ?? 0, here.within ?? 0);
  return (
    <span className="far" role="status">
      {metres <= unsure
        ? t("location.is_near", { length: lengthOf(Math.max(unsure, 10), i18n.language) })
        : t(`location.to_${wind(here, place)}`, { length: lengthOf(metres, i18n.language) })}
    </span>
  );
}

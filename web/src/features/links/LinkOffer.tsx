import "./links.css";
import { Link2, X } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { hostOf } from "../../model/preview";
import { wordsFor } from "../../shell/words";
import { Waiting } from "../../widgets/Waiting";
import { LinkCard } from "./LinkCard";
import type { Offer, LinkOffer as Offered } from "./useLinkOffer";

/** Above what is being written: the preview that will go along, or the question whether there shall be one. */
export function LinkOffer({ offered }: { offered: Offered }) {
  const { t } = useTranslation();
  const { offer, look, remove } = offered;
  if (offer === null) return null;
  return (
    <section className="link-offer" aria-label={t("links.preview")}>
      <div className="what">
        <Inside offer={offer} onLook={look} />
      </div>
      <Button className="icon-button" aria-label={t("links.remove")} onPress={remove}>
        <X size={22} aria-hidden />
      </Button>
    </section>
  );
}

function Inside({ offer, onLook }: { offer: Offer; onLook: () => void }) {
  const { t } = useTranslation();
  const host = hostOf(offer.link.href);
  if (offer.state === "found") return <LinkCard preview={offer.preview} isBeingWritten />;
  if (offer.state === "looking") return <Waiting text={t("links.looking", { host })} />;
  if (offer.state === "none") {
    const why = { M_NOT_FOUND: "links.none", M_INVALID_PARAM: "links.none", M_FORBIDDEN: "links.off" };
    return (
      <p className="why" role="status">
        {offer.error === null ? t("links.none") : wordsFor(offer.error, t, why)}
      </p>
    );
  }
  return (
    <>
      <span className="host">
        <Link2 size={18} aria-hidden />
        {host}
      </span>
      <Button className="text-button" onPress={onLook}>
        {t("links.show")}
      </Button>
      <span className="why">{t("links.asks")}</span>
    </>
  );
}

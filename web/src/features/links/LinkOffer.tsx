import "./links.css";
import { Link2, X } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { hostOf } from "../../model/preview";
import { wordsFor } from "../../shell/words";
import { Waiting } from "../../widgets/Waiting";
import { LinkCard } from "./LinkCard";
import type { Offer, LinkOffer as Offered } from "./useLinkOffer";

interface LinkOfferProps {
  offered: Offered;
  /** What was pressed is gone: the writer goes on writing. */
  onPressed: () => void;
}

/** Above what is being written: the preview that will go along, or the question whether there shall be one. */
export function LinkOffer({ offered, onPressed }: LinkOfferProps) {
  const { t } = useTranslation();
  const { offer, look, remove } = offered;
  if (offer === null) return null;

  function andOn(act: () => void): () => void {
    return () => {
      act();
      onPressed();
    };
  }

  return (
    <section className="link-offer" aria-label={t("links.preview")}>
      <div className="what">
        <Inside offer={offer} onLook={andOn(look)} />
      </div>
      <Button className="icon-button" aria-label={t("links.remove")} onPress={andOn(remove)}>
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

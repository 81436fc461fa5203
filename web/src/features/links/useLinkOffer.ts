import { useEffect, useRef, useState } from "react";
import { firstLink, type Link, type Preview } from "../../model/preview";
import { askPreview, sealed } from "../../protocol/preview";
import { isSealed } from "../../protocol/sealing";
import { useClient } from "../../shell/client";
import { useIsOpen } from "../../shell/sealing";
import { usePrivacy } from "../me/usePrivacy";
import { useOffersPreviews } from "./useOffersPreviews";

/** What is known of the address that is being written. */
export type Offer =
  /** The server has not been asked, and is asked only when somebody says so. */
  | { readonly state: "possible"; readonly link: Link }
  | { readonly state: "looking"; readonly link: Link }
  | { readonly state: "found"; readonly link: Link; readonly preview: Preview }
  | { readonly state: "none"; readonly link: Link; readonly error: unknown };

export interface LinkOffer {
  readonly offer: Offer | null;
  /** Ask the server about the address. */
  readonly look: () => void;
  /** Want no preview of it. */
  readonly remove: () => void;
  /** Return what goes along with the text that is sent now, and begin anew. */
  readonly take: (text: string) => readonly Preview[];
}

const linkIn = (text: string) => firstLink(text, location.origin);

/** So long nothing is written before the address counts as whole. */
const PAUSE_MS = 700;

/** Offer a preview of the first address in a text that is being written, once the writer pauses.
 *
 *  Where the server reads the text anyway, it is asked by itself; in an encrypted room only after a press, or for who wants it always.
 */
export function useLinkOffer(roomId: string, text: string): LinkOffer {
  const client = useClient();
  const offers = useOffersPreviews();
  const { previews: always } = usePrivacy();
  const isOpen = useIsOpen(roomId);
  const link = offers ? linkIn(text) : null;
  const [offer, setOffer] = useState<Offer | null>(null);
  const unwanted = useRef(new Set<string>());
  const href = link?.href ?? null;
  const byItself = always || isOpen;

  useEffect(() => {
    setOffer(null);
    if (link === null || href === null || unwanted.current.has(href)) return;
    const pause = setTimeout(() => {
      setOffer({ state: byItself ? "looking" : "possible", link });
    }, PAUSE_MS);
    return () => clearTimeout(pause);
    // The same address may be written in another way: what it leads to counts.
  }, [href, byItself]);

  const asked = offer?.state === "looking" ? offer.link : null;
  useEffect(() => {
    if (asked === null) return;
    let gone = false;
    lookAt(asked).then((found) => {
      if (!gone) setOffer(found);
    });
    return () => {
      gone = true;
    };

    async function lookAt(here: Link): Promise<Offer> {
      try {
        const preview = await askPreview(client, here);
        if (preview === null) return { state: "none", link: here, error: null };
        const isClosed = await isSealed(client, roomId);
        return { state: "found", link: here, preview: isClosed ? await sealed(client, preview) : preview };
      } catch (error) {
        return { state: "none", link: here, error };
      }
    }
  }, [client, asked, roomId]);

  return {
    // What nobody asked for may fail in silence.
    offer: offer?.state === "none" && byItself ? null : offer,
    look: () => setOffer((now) => (now === null ? null : { state: "looking", link: now.link })),
    remove: () => {
      if (href !== null) unwanted.current.add(href);
      setOffer(null);
    },
    take: (said) => {
      unwanted.current.clear();
      if (offer?.state !== "found" || linkIn(said)?.href !== offer.link.href) return [];
      return [{ ...offer.preview, written: linkIn(said)?.written ?? offer.link.written }];
    },
  };
}

import { FileText, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { describing } from "../../model/media";
import { sizeOf } from "../../model/size";
import { uploadLimit } from "../../protocol/media";
import { useClient } from "../../shell/client";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { Toggle } from "../../widgets/Toggle";
import { relationTo } from "../chats/deeds";
import { expectSigns, htmlFor } from "../chats/signs";
import { FILES_MAX, type Offer } from "./outgoing";
import { isSaidPicture } from "./prepare";
import { begin } from "./uploads";
import { type Draft, useDrafts } from "./useDrafts";

interface OutgoingSheetProps {
  offer: Offer;
  /** They are on their way, or given up. */
  onDone: (isSent: boolean) => void;
}

/** What was chosen, to be looked at before it is sent. */
export function OutgoingSheet({ offer, onDone }: OutgoingSheetProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [isOriginal, setOriginal] = useState(false);
  const [caption, setCaption] = useState("");
  const { drafts, remove } = useDrafts(offer, isOriginal);
  const limit = useLimit();
  const isTooLarge = ({ ready }: Draft) => limit !== null && ready !== null && ready.blob.size > limit;
  const sendable = drafts.filter((one) => one.ready !== null && !isTooLarge(one));
  const isBusy = drafts.some(({ ready, isLost }) => ready === null && !isLost);
  // Known before they are ready: nothing moves under a finger.
  const pictures = offer.asFiles ? [] : drafts.filter(({ file, isLost }) => isSaidPicture(file) && !isLost);
  const hasPictures = pictures.length > 0;
  // What could not be opened here may go with its notes: then it is not said.
  const saysNoPlace = hasPictures && pictures.every(({ ready }) => ready === null || ready.kind === "image");

  function send(): void {
    const html = htmlFor(caption, []);
    // What its signs mean may still be on its way: they go then, wherever one is meanwhile.
    if (html instanceof Promise) void html.then(sendWith);
    else sendWith(html);
    onDone(true);
  }

  function sendWith(html: string | null): void {
    for (const [place, { ready }] of sendable.entries()) {
      if (ready === null) continue;
      const { roomId, threadId, replyTo } = offer.target;
      // What is said, and what is answered, belongs to the first one.
      const relation = relationTo(client, { roomId, threadId, replyTo: place === 0 ? replyTo : null });
      const { blob, name, thumbnail } = ready;
      const words = place === 0 ? { caption, html } : { caption: "" };
      const content = { ...describing({ ...ready, ...words }), ...relation };
      begin(client, { roomId, threadId, content, blob, name, thumbnail });
    }
  }

  function write(now: string): void {
    setCaption(now);
    expectSigns(now);
  }

  return (
    <Sheet title={t("media.before_sending")} isOpen onClose={() => onDone(false)}>
      <ul className="drafts">
        {drafts.map((draft) => (
          <Chosen
            key={draft.key}
            draft={draft}
            tooLarge={isTooLarge(draft)}
            onRemove={() => (drafts.length === 1 ? onDone(false) : remove(draft.file))}
          />
        ))}
      </ul>
      {offer.files.length > FILES_MAX && <p className="muted">{t("media.too_many", { most: FILES_MAX })}</p>}
      {limit !== null && drafts.some(isTooLarge) && (
        <p className="wrong" role="alert">
          {t("media.too_large", { most: sizeOf(limit, i18n.language) })}
        </p>
      )}
      {hasPictures && (
        <Toggle
          label={t("media.original")}
          hint={t("media.original_hint")}
          isOn={isOriginal}
          onChange={setOriginal}
        />
      )}
      <Field label={t("media.caption")} value={caption} onChange={write} maxLength={4_000} />
      {saysNoPlace && <p className="muted hint">{t("media.no_place")}</p>}
      <Button className="button primary" isDisabled={isBusy || sendable.length === 0} onPress={send}>
        {sendable.length > 1 ? t("media.send_all", { number: sendable.length }) : t("chats.send")}
      </Button>
    </Sheet>
  );
}

const NOTES = {
  heic_away: "media.note_heic_away",
  heic_broken: "media.note_heic_broken",
  heic_large: "media.note_heic_large",
  heic_none: "media.note_heic_none",
  unreadable: "media.note_unreadable",
  unreadable_as_is: "media.note_unreadable_as_is",
  as_is: "media.note_as_is",
} as const;

function Chosen({ draft, tooLarge, onRemove }: { draft: Draft; tooLarge: boolean; onRemove: () => void }) {
  const { t, i18n } = useTranslation();
  const { file, ready, isLost, preview } = draft;
  const isBusy = ready === null && !isLost;
  return (
    <li>
      <span className="preview">
        {preview !== null ? (
          <img src={preview} alt="" />
        ) : (
          ready !== null && <FileText size={28} aria-hidden />
        )}
      </span>
      <span className="what">
        <span>{ready?.name ?? file.name}</span>
        <small className="muted" role={isBusy ? "status" : undefined}>
          {isBusy && t("media.preparing")}
          {ready !== null && sizeOf(ready.blob.size, i18n.language)}
        </small>
        {isLost && <small className="wrong">{t("media.lost")}</small>}
        {ready?.note && <small className="muted">{t(NOTES[ready.note])}</small>}
        {tooLarge && <small className="wrong">{t("media.will_not")}</small>}
      </span>
      <Button
        className="icon-button"
        aria-label={t("widgets.remove", { name: file.name })}
        onPress={onRemove}
      >
        <X size={20} aria-hidden />
      </Button>
    </li>
  );
}

/** How large a file may be here. Not known: the server says so when it comes to it. */
function useLimit(): number | null {
  const client = useClient();
  const [limit, setLimit] = useState<number | null>(null);
  useEffect(() => {
    let gone = false;
    uploadLimit(client).then(
      (most) => {
        if (!gone) setLimit(most);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [client]);
  return limit;
}

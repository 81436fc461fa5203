import { X } from "lucide-react";
import { useEffect } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { refusalOf } from "../../protocol/refusal";
import { OF_OTHERS } from "../../shell/attempt";
import { wordsFor } from "../../shell/words";
import { tellDeed, useRefusedDeed } from "./refusedDeeds";

/** What of one's signs and deletions in a room did not arrive, and why. A refusal by a decision has a sheet of its own. */
export function RefusedDeed({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const deed = useRefusedDeed();
  useEffect(() => () => tellDeed(null), []);
  if (deed === null || deed.roomId !== roomId || refusalOf(deed.error) !== null) return null;
  return (
    <div className="banner undone" role="alert">
      <p>{t("talk.not_done", { why: wordsFor(deed.error, t, OF_OTHERS) })}</p>
      <Button className="icon-button" aria-label={t("talk.close")} onPress={() => tellDeed(null)}>
        <X size={20} aria-hidden />
      </Button>
    </div>
  );
}

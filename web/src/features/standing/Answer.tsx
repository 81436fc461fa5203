import { EventStatus, type MatrixEvent } from "matrix-js-sdk";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { wordOf } from "../../model/fields";
import { longTime } from "../../shell/moments";
import { isWaiting } from "../chats/facts";

interface AnswerProps {
  event: MatrixEvent;
  status: EventStatus | null;
  onRetry: () => void;
  onDiscard: () => void;
}

/** What the account wrote in the notices room, and whether it arrived. */
export function Answer({ event, status, onRetry, onDiscard }: AnswerProps) {
  const { t, i18n } = useTranslation();
  const isFailed = status === EventStatus.NOT_SENT && !isWaiting(event);
  const state = status === EventStatus.NOT_SENT ? t("talk.waiting") : t("chats.sending");
  return (
    <>
      <div className="answer">
        <span className="sr-only">{t("notices.you")}</span>
        {wordOf(event.getContent()["body"])}
        {!isFailed && (
          <span className="at">{status === null ? longTime(event.getTs(), i18n.language) : state}</span>
        )}
      </div>
      {isFailed && (
        <div className="failed" role="alert">
          <span>{t("chats.failed")}</span>
          <Button className="text-button" onPress={onRetry}>
            {t("errors.retry")}
          </Button>
          <Button className="text-button" onPress={onDiscard}>
            {t("talk.discard")}
          </Button>
        </div>
      )}
    </>
  );
}

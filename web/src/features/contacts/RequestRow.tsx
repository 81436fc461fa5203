import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { PersonPicture } from "./PersonPicture";
import type { Request } from "./people";

interface RequestRowProps {
  request: Request;
  busy: boolean;
  onAccept: () => void;
  onDecline: () => void;
  onBlock?: () => void;
}

/** One request, and the answers to it. */
export function RequestRow({ request, busy, onAccept, onDecline, onBlock }: RequestRowProps) {
  const { t } = useTranslation();
  const { name, userId, kind, group } = request;
  return (
    <li className="people-row">
      <PersonPicture userId={userId} name={name} mxc={request.mxc} />
      <span className="who">
        <span className="clip">{name}</span>
        <span className="muted">{t(`contacts.wants_${kind}`, { group })}</span>
      </span>
      <span className="answers">
        <Button
          className="button primary"
          aria-label={t("contacts.accept_name", { name })}
          isDisabled={busy}
          onPress={onAccept}
        >
          {t("chats.accept")}
        </Button>
        <Button
          className="button"
          aria-label={t("contacts.decline_name", { name })}
          isDisabled={busy}
          onPress={onDecline}
        >
          {t("chats.decline")}
        </Button>
        {onBlock && (
          <Button
            className="button"
            aria-label={t("contacts.block_name", { name })}
            isDisabled={busy}
            onPress={onBlock}
          >
            {t("contacts.block")}
          </Button>
        )}
      </span>
    </li>
  );
}

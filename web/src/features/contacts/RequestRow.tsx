import "./contacts.css";
import type { MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useFromClient } from "../../shell/client";
import { PersonPicture } from "./PersonPicture";
import { hasNamesake, PEOPLE_EVENTS, type Request } from "./people";

interface RequestRowProps {
  request: Request;
  busy: boolean;
  onAccept: () => void;
  onDecline: () => void;
  onBlock?: () => void;
}

/** One request: who it is from, for sure, and the answers to it. */
export function RequestRow({ request, busy, onAccept, onDecline, onBlock }: RequestRowProps) {
  const { t } = useTranslation();
  const { name, userId, kind, group, reason } = request;
  const isAmbiguous = useFromClient(
    PEOPLE_EVENTS,
    useCallback((client: MatrixClient) => hasNamesake(client, userId, name), [userId, name]),
  );
  return (
    <li className="people-row">
      <Link href={`/contacts/${encodeURIComponent(userId)}`} className="asker">
        <PersonPicture userId={userId} name={name} mxc={request.mxc} />
        <span className="who">
          <span className="clip">{name}</span>
          {/* Anybody may call themselves anything; this alone is theirs. */}
          <span className="muted whole">{userId}</span>
          <span className="muted">{t(`contacts.wants_${kind}`, { group })}</span>
          {reason !== "" && <q className="whole">{reason}</q>}
        </span>
      </Link>
      {isAmbiguous && <p className="wrong">{t("contacts.namesake", { name })}</p>}
      <span className="answers">
        <Button
          className="button primary"
          aria-label={t("contacts.accept_name", { name })}
          isDisabled={busy}
          onPress={onAccept}
        >
          {t("chats.accept")}
        </Button>
        {request.canDecline && (
          <Button
            className="button"
            aria-label={t("contacts.decline_name", { name })}
            isDisabled={busy}
            onPress={onDecline}
          >
            {t("chats.decline")}
          </Button>
        )}
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

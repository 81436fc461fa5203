import "./contacts.css";
import type { MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { ReportButton } from "../report/ReportButton";
import { OpenRoom } from "./OpenRoom";
import { PersonPicture } from "./PersonPicture";
import { hasNamesake, PEOPLE_EVENTS, type Request } from "./people";

interface RequestRowProps {
  request: Request;
  busy: boolean;
  onAccept: () => Promise<unknown>;
  onDecline: () => Promise<unknown>;
  onBlock?: () => Promise<unknown>;
}

/** One request: who it is from, for sure, and the answers to it. */
export function RequestRow({ request, busy, onAccept, onDecline, onBlock }: RequestRowProps) {
  const { t } = useTranslation();
  const { roomId, name, userId, kind, group, reason } = request;
  const isAmbiguous = useFromClient(
    PEOPLE_EVENTS,
    useCallback((client: MatrixClient) => hasNamesake(client, userId, name), [userId, name]),
  );
  const answers = [
    { words: "chats.accept", label: "contacts.accept_name", onPress: onAccept },
    ...(request.canDecline
      ? [{ words: "chats.decline", label: "contacts.decline_name", onPress: onDecline }]
      : []),
    ...(onBlock ? [{ words: "contacts.block", label: "contacts.block_name", onPress: onBlock }] : []),
  ];
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
      {/* Into a chat of one's own, others are let in: that it is open, one knows. */}
      {kind !== "knock" && <OpenRoom roomId={roomId} />}
      <span className="answers">
        {answers.map(({ words, label, onPress }, index) => (
          <BusyButton
            key={label}
            className={index === 0 ? "button primary" : "button"}
            aria-label={t(label, { name })}
            isDisabled={busy}
            onPress={onPress}
          >
            {t(words)}
          </BusyButton>
        ))}
        {/* Whoever asks to come in is reported from their own page. */}
        {kind !== "knock" && (
          <ReportButton
            subject={kind === "group" ? { kind: "room", roomId } : { kind: "person", userId }}
            label={t("contacts.report_name", { name: kind === "group" ? group : name })}
          />
        )}
      </span>
    </li>
  );
}

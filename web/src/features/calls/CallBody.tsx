import "./callBody.css";
import { Phone, PhoneMissed, Video } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { type CallLine, callLine } from "../../model/call";
import { clockOf } from "../../model/clock";
import type { BodyProps } from "../chats/bodies/body";
import { useTalk } from "../chats/talk";
import { usePartner, usePlace } from "./usePartner";

/** A call, in one line: how it went, and a way to call back. */
export function CallBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const { me, roomId } = useTalk();
  const partner = usePartner(roomId);
  const place = usePlace();
  const line = callLine(said, said.references, me, Date.now());
  const Icon = line.kind === "missed" ? PhoneMissed : line.isVideo ? Video : Phone;
  return (
    <span className={`call-line ${line.kind}`}>
      <span className="what">
        <Icon size={18} aria-hidden />
        {t(wordsOf(line), { length: clockOf(line.seconds) })}
      </span>
      {partner !== null && line.kind !== "open" && (
        <Button className="text-button" onPress={() => place(roomId, partner, line.isVideo)}>
          {t(said.sender === me ? "calls.again" : "calls.back")}
        </Button>
      )}
    </span>
  );
}

function wordsOf({ kind, isVideo }: CallLine): string {
  if (kind !== "talked" && kind !== "open") return `calls.${kind}`;
  return `calls.${kind}_${isVideo ? "video" : "voice"}`;
}

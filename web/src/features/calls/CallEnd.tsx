import { Phone, X } from "lucide-react";
import type { ReactNode } from "react";
import { Heading } from "react-aria-components/Heading";
import { useTranslation } from "react-i18next";
import { RoundButton } from "./RoundButton";

interface CallEndProps {
  name: string;
  picture?: ReactNode;
  why: string;
  /** What one can do about it. */
  hint: string;
  again: string;
  onClose: () => void;
  onAgain: () => void;
}

/** A call that did not go as it was meant to: why, and what can be done. */
export function CallEnd({ name, picture, why, hint, again, onClose, onAgain }: CallEndProps) {
  const { t } = useTranslation();
  return (
    <div className="call-middle">
      <div className="call-who">
        {picture}
        <Heading slot="title" level={2}>
          {name}
        </Heading>
        <p role="alert">
          <strong>{why}</strong>
          <br />
          <span className="muted">{hint}</span>
        </p>
      </div>
      <div className="call-buttons">
        <RoundButton icon={X} label={t("calls.close")} onPress={onClose} />
        <RoundButton icon={Phone} label={again} look="good" onPress={onAgain} />
      </div>
    </div>
  );
}

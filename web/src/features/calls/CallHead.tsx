import { Minimize2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Heading } from "react-aria-components/Heading";
import { useTranslation } from "react-i18next";

interface CallHeadProps {
  name: string;
  onSmaller: () => void;
  /** How the call stands. */
  children: ReactNode;
}

/** The head of a call that goes on: with whom, how it stands, and the way to draw it in. */
export function CallHead({ name, onSmaller, children }: CallHeadProps) {
  const { t } = useTranslation();
  return (
    <header className="call-head">
      <Button className="icon-button" aria-label={t("calls.smaller")} onPress={onSmaller}>
        <Minimize2 size={22} aria-hidden />
      </Button>
      <div className="call-title">
        <Heading slot="title" level={2} className="clip">
          {name}
        </Heading>
        {children}
      </div>
    </header>
  );
}

import "./forms.css";
import { Delete } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";

interface KeypadProps {
  label: string;
  /** A digit, or the separator. */
  onKey: (key: string) => void;
  onErase: () => void;
  /** Beside the zero, for amounts: "." or ",". */
  separator?: string;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Twelve large buttons. Who has a keyboard types the digits wherever the focus is among them. */
export function Keypad({ label, onKey, onErase, separator }: KeypadProps) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields, and there is none
    <div
      className="keypad"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (/^[0-9]$/.test(event.key) || event.key === separator) onKey(event.key);
        else if (event.key === "Backspace") onErase();
      }}
    >
      {DIGITS.map((digit) => (
        <Button key={digit} onPress={() => onKey(digit)}>
          {digit}
        </Button>
      ))}
      {separator === undefined ? <span /> : <Button onPress={() => onKey(separator)}>{separator}</Button>}
      <Button onPress={() => onKey("0")}>0</Button>
      <Button aria-label={t("widgets.erase")} onPress={onErase}>
        <Delete size={24} aria-hidden />
      </Button>
    </div>
  );
}

import "./forms.css";
import { useId } from "react";

interface PasscodeProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** All digits are there. */
  onDone?: (value: string) => void;
  wrong?: string | null;
  autoFocus?: boolean;
}

const PASSCODE_LENGTH = 6;
const PLACES = Array.from({ length: PASSCODE_LENGTH }, (_, place) => place);

/** Six boxes to look at, over one real field: keyboards, managers of passwords and screen readers meet what they know. */
export function Passcode({ label, value, onChange, onDone, wrong, autoFocus }: PasscodeProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="passcode">
        <input
          id={id}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={PASSCODE_LENGTH}
          value={value}
          // biome-ignore lint/a11y/noAutofocus: only where the passcode is all that is asked
          autoFocus={autoFocus}
          aria-invalid={Boolean(wrong)}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, "").slice(0, PASSCODE_LENGTH);
            onChange(digits);
            if (digits.length === PASSCODE_LENGTH) onDone?.(digits);
          }}
        />
        <div className="boxes" aria-hidden="true">
          {PLACES.map((place) => (
            <span key={place} className={place === value.length ? "box next" : "box"}>
              {place < value.length && "•"}
            </span>
          ))}
        </div>
      </div>
      {wrong && (
        <p className="wrong" role="alert" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

import "./busy.css";
import { type ReactNode, useEffect, useId, useState } from "react";
import { Button } from "react-aria-components/Button";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { useTranslation } from "react-i18next";
import { MOMENT_MS } from "./moment";

interface BusyButtonProps {
  className?: string;
  children: ReactNode;
  /** What a press does. While a promise of it lasts, another press does nothing. */
  onPress?: () => unknown;
  /** Of a form, which knows how long it waits. */
  type?: "submit";
  isBusy?: boolean;
  /** Something else goes on, or something is missing; of what goes on here, the button says so itself. */
  isDisabled?: boolean;
  autoFocus?: boolean;
  "aria-label"?: string;
}

/** A button that waits for an answer, and shows it after a moment. It keeps the focus, and is heard to wait. */
export function BusyButton({ children, onPress, type, isBusy, isDisabled, ...rest }: BusyButtonProps) {
  const { t } = useTranslation();
  const [isRunning, setRunning] = useState(false);
  const isWaiting = isBusy === true || isRunning;
  const isPending = useLasting(isWaiting);
  const id = useId();
  useForgotten(id);

  async function press(act: () => unknown): Promise<void> {
    if (isWaiting) return;
    const doing = act();
    if (!(doing instanceof Promise)) return;
    setRunning(true);
    try {
      await doing;
    } finally {
      setRunning(false);
    }
  }

  return (
    <Button
      className="button"
      {...rest}
      id={id}
      type={type !== undefined && !isWaiting ? type : "button"}
      isPending={isPending}
      // A button that is off loses the focus.
      isDisabled={isDisabled === true && !isWaiting}
      {...(onPress && { onPress: () => void press(onPress) })}
    >
      {children}
      {isPending && (
        <ProgressBar className="busy" aria-label={t("app.loading")} isIndeterminate>
          <span className="wheel" />
        </ProgressBar>
      )}
    </Button>
  );
}

/** Say whether something has been so for a moment. */
function useLasting(isOn: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    const timer = window.setTimeout(() => setLasts(true), MOMENT_MS);
    return () => {
      window.clearTimeout(timer);
      setLasts(false);
    };
  }, [isOn]);
  return isOn && lasts;
}

/** How long it may take until something begins to be read out: the first time, React Aria makes the place for it. */
const SPOKEN_MS = 200;

/** A button is read out by its id for some seconds; one that is gone leaves nothing to read, nor what was only about to be. */
function useForgotten(id: string): void {
  useEffect(() => {
    // The timer may go off when the page is gone itself.
    const page = document.body;
    function forget(): void {
      const told = page.querySelectorAll(`[data-live-announcer] [aria-labelledby~="${id}"]`);
      for (const one of told) one.remove();
    }
    return () => {
      forget();
      setTimeout(forget, SPOKEN_MS);
    };
  }, [id]);
}

import { useTranslation } from "react-i18next";
import { Result } from "../widgets/Result";
import { wordsFor } from "./words";

interface FailureProps {
  error: unknown;
  onAgain: () => void;
}

/** What a page shows when what it is about could not be had: why, and the way to try again. */
export function Failure({ error, onAgain }: FailureProps) {
  const { t } = useTranslation();
  return (
    <Result
      kind="bad"
      title={t("errors.title")}
      text={wordsFor(error, t)}
      action={t("errors.retry")}
      onAction={onAgain}
    />
  );
}

import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";

interface HistoryProps {
  isWhole: boolean;
  isLoading: boolean;
  hasFailed: boolean;
  onOlder: () => void;
}

/** What stands above the oldest message that is loaded. It keeps its height, so that nothing jumps. */
export function History({ isWhole, isLoading, hasFailed, onOlder }: HistoryProps) {
  const { t } = useTranslation();
  if (isWhole) return null;
  return (
    <div className="history">
      {hasFailed ? (
        <Button className="text-button" onPress={onOlder}>
          {t("talk.older_failed")}
        </Button>
      ) : (
        isLoading && <span role="status">{t("talk.older_loading")}</span>
      )}
    </div>
  );
}

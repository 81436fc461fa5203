import { Phone, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PopMenu } from "../../widgets/PopMenu";

interface CallMenuProps {
  label: string;
  onCall: (isVideo: boolean) => void;
}

/** In the bar above a conversation: call, with a picture or without. */
export function CallMenu({ label, onCall }: CallMenuProps) {
  const { t } = useTranslation();
  return (
    <PopMenu
      label={label}
      icon={Phone}
      actions={[
        { label: t("calls.voice"), icon: Phone, onAction: () => onCall(false) },
        { label: t("calls.video"), icon: Video, onAction: () => onCall(true) },
      ]}
    />
  );
}

import { MessageCirclePlus, Plus, ScanLine, UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { PopMenu } from "../../widgets/PopMenu";

/** What can be begun from the list of chats. */
export function NewMenu({ onChat }: { onChat: () => void }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <PopMenu
      label={t("groups.begin")}
      icon={Plus}
      actions={[
        { label: t("chats.new"), icon: MessageCirclePlus, onAction: onChat },
        { label: t("groups.new"), icon: UsersRound, onAction: () => go("/contacts/new-group") },
        { label: t("contacts.scan"), icon: ScanLine, onAction: () => go("/contacts/scan") },
      ]}
    />
  );
}

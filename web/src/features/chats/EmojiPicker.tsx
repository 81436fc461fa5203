import { EmojiPicker as Picker } from "frimousse";
import { useTranslation } from "react-i18next";

/** Every emoji, to look through or to search, in the language of the app. The data lies beside our own files. */
export function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Picker.Root
      className="emoji-picker"
      emojibaseUrl="/emoji"
      locale={i18n.language === "en" ? "en" : "zh"}
      columns={8}
      onEmojiSelect={({ emoji }) => onChoose(emoji)}
    >
      <Picker.Search aria-label={t("talk.emoji_search")} placeholder={t("talk.emoji_search")} autoFocus />
      <Picker.Viewport className="viewport">
        <Picker.Loading>{t("app.loading")}</Picker.Loading>
        <Picker.Empty>{t("talk.emoji_none")}</Picker.Empty>
        <Picker.List className="list" />
      </Picker.Viewport>
    </Picker.Root>
  );
}

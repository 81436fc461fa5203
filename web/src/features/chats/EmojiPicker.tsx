import {
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
  EmojiPicker as Picker,
} from "frimousse";
import { useTranslation } from "react-i18next";

/** On small phones fewer stand in a row, so that a thumb meets one and not two. */
const COLUMNS_MAX = 8;
const SIDE = 44;
/** What the sheet and its scroll bar take of a phone's width. */
const BESIDE = 48;

function columnsNow(): number {
  return Math.min(COLUMNS_MAX, Math.floor((window.innerWidth - BESIDE) / SIDE));
}

/** Every emoji, to look through or to search, in the language of the app. The data lies beside our own files. */
export function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Picker.Root
      className="emoji-picker"
      emojibaseUrl="/emoji"
      locale={i18n.language === "en" ? "en" : "zh"}
      columns={columnsNow()}
      onEmojiSelect={({ emoji }) => onChoose(emoji)}
    >
      <Picker.Search aria-label={t("talk.emoji_search")} placeholder={t("talk.emoji_search")} autoFocus />
      <Picker.Viewport className="viewport" tabIndex={0}>
        <Picker.Loading>{t("app.loading")}</Picker.Loading>
        <Picker.Empty>{t("talk.emoji_none")}</Picker.Empty>
        <Picker.List className="list" components={{ Row, Emoji }} />
      </Picker.Viewport>
    </Picker.Root>
  );
}

// The picker counts rows and columns from 0; screen readers count from 1. Rows are found again by their number, so only the first, which
// is never looked for, can do without.
function Row({ "aria-rowindex": index, ...props }: EmojiPickerListRowProps) {
  return <div {...props} {...(index !== 0 && { "aria-rowindex": index })} />;
}

function Emoji({ emoji, "aria-colindex": index, ...props }: EmojiPickerListEmojiProps) {
  const column = { "aria-colindex": (index ?? 0) + 1 };
  return (
    <button type="button" {...props} {...column}>
      {emoji.emoji}
    </button>
  );
}

import "./stickers.css";
import { Settings2 } from "lucide-react";
import { useCallback, useState } from "react";
import { Button } from "react-aria-components/Button";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { found, type Sticker } from "../../model/stickers";
import { PACK_EVENTS, type Pack, packsFor } from "../../protocol/stickers";
import { useFromClient } from "../../shell/client";
import { SearchBox } from "../../widgets/SearchBox";
import { AddCourtyard } from "./AddCourtyard";
import { recentStickers } from "./recent";
import { StickerImage } from "./StickerImage";
import { TryAgain } from "./TryAgain";

interface StickerPickerProps {
  roomId: string;
  onChoose: (sticker: Sticker) => void;
  onLeave: () => void;
}

/** The stickers for a chat: those used last, one's own, and those of packs. One grid; arrows move in it. */
export function StickerPicker({ roomId, onChoose, onLeave }: StickerPickerProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const packs = useFromClient(
    PACK_EVENTS,
    useCallback((client) => packsFor(client, roomId), [roomId]),
  );
  const [recent] = useState(recentStickers);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const at = chosen ?? (recent.length > 0 ? RECENT : (packs[0]?.key ?? RECENT));
  const shown = query === "" ? inPack(packs, recent, at) : found([...recent, ...all(packs)], query);
  const toPacks = () => {
    onLeave();
    go("/me/stickers");
  };

  if (packs.length === 0 && recent.length === 0) {
    return (
      <div className="sticker-picker none">
        <p>{t("stickers.none")}</p>
        <AddCourtyard />
        <Button className="button" onPress={toPacks}>
          {t("stickers.make_own")}
        </Button>
      </div>
    );
  }
  return (
    <div className="sticker-picker">
      <SearchBox label={t("stickers.search")} value={query} onChange={setQuery} />
      {query === "" && (
        <PackChoice
          packs={packs}
          hasRecent={recent.length > 0}
          at={at}
          onChoose={setChosen}
          onPacks={toPacks}
        />
      )}
      <TryAgain>
        <ListBox
          className="sticker-grid"
          layout="grid"
          aria-label={t("stickers.title")}
          items={shown.map((sticker, place) => ({ ...sticker, id: `${place} ${sticker.url}` }))}
          renderEmptyState={() => <p className="muted">{t("stickers.nothing_found")}</p>}
          onAction={(key) => {
            const sticker = shown[Number(String(key).split(" ")[0])];
            if (sticker !== undefined) onChoose(sticker);
          }}
        >
          {(sticker) => (
            <ListBoxItem className="cell" textValue={sticker.words} aria-label={sticker.words}>
              <StickerImage url={sticker.url} size={72} />
            </ListBoxItem>
          )}
        </ListBox>
      </TryAgain>
    </div>
  );
}

const RECENT = "recent";

function all(packs: readonly Pack[]): Sticker[] {
  return packs.flatMap(({ stickers }) => stickers);
}

function inPack(packs: readonly Pack[], recent: readonly Sticker[], at: string): readonly Sticker[] {
  return at === RECENT ? recent : (packs.find(({ key }) => key === at)?.stickers ?? []);
}

interface PackChoiceProps {
  packs: readonly Pack[];
  hasRecent: boolean;
  at: string;
  onChoose: (key: string) => void;
  onPacks: () => void;
}

function PackChoice({ packs, hasRecent, at, onChoose, onPacks }: PackChoiceProps) {
  const { t } = useTranslation();
  return (
    <div className="pack-choice">
      <ToggleButtonGroup
        aria-label={t("stickers.packs")}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[at]}
        onSelectionChange={(keys) => {
          const [key] = keys;
          if (key !== undefined) onChoose(String(key));
        }}
      >
        {hasRecent && (
          <ToggleButton id={RECENT} className="one">
            {t("stickers.recent")}
          </ToggleButton>
        )}
        {packs.map((pack) => (
          <ToggleButton key={pack.key} id={pack.key} className="one">
            <span className="clip">{pack.name === "" ? t("stickers.mine") : pack.name}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Button className="icon-button" aria-label={t("stickers.manage")} onPress={onPacks}>
        <Settings2 size={22} aria-hidden />
      </Button>
    </div>
  );
}

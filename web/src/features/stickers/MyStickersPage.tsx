import "./stickers.css";
import { useTranslation } from "react-i18next";
import type { Sticker } from "../../model/stickers";
import { everywhere, PACK_EVENTS, type Pack } from "../../protocol/stickers";
import { useFromClient } from "../../shell/client";
import { Page } from "../../widgets/Page";
import { TopBar } from "../../widgets/TopBar";
import { AddCourtyard } from "./AddCourtyard";
import { MakePack } from "./MakePack";
import { PackCard } from "./PackCard";
import { usePacks } from "./usePacks";

/** One's own stickers, and the packs that one has chosen to have in every chat. */
export function MyStickersPage() {
  const { t } = useTranslation();
  const packs = useFromClient(PACK_EVENTS, everywhere);
  const { own } = usePacks();
  const hasOwn = packs.some(({ isOwn }) => isOwn);
  return (
    <>
      <TopBar title={t("stickers.title")} back="/me" />
      <Page>
        <p className="muted">{t("stickers.open")}</p>
        {packs.map((pack) => (
          <PackCard key={pack.key} pack={pack} />
        ))}
        {!hasOwn && <MakePack label={t("stickers.make_own")} make={own} />}
        {!hasCourtyard(packs) && <AddCourtyard />}
      </Page>
    </>
  );
}

/** Those that come with the app bear their names in every language. */
function hasCourtyard(packs: readonly Pack[]): boolean {
  const isBun = ({ shortcode }: Sticker) => shortcode.startsWith("bun_");
  return packs.some(({ isOwn, stickers }) => isOwn && stickers.some(isBun));
}

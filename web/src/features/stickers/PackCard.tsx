import { ImagePlus, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { useTranslation } from "react-i18next";
import type { Sticker } from "../../model/stickers";
import { type Pack, setEverywhere } from "../../protocol/stickers";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Toggle } from "../../widgets/Toggle";
import { Wrong } from "../../widgets/Wrong";
import { NameSheet } from "./NameSheet";
import { StickerImage } from "./StickerImage";
import { StickerSheet } from "./StickerSheet";
import { picturesIn } from "./smallPicture";
import { TryAgain } from "./TryAgain";
import { LeftOut, useAdding } from "./useAdding";
import { usePacks } from "./usePacks";

/** One pack: what is in it, whether one has it everywhere, and for who may: more pictures, another name. */
export function PackCard({ pack }: { pack: Pack }) {
  const { t } = useTranslation();
  const client = useClient();
  const { addPictures } = usePacks();
  const { adding, wrong, run } = useAdding();
  const { wrong: refused, attempt } = useAttempt();
  const [wish, setWish] = useState<boolean | null>(null);
  const [opened, setOpened] = useState<Sticker | null>(null);
  const [isNaming, setNaming] = useState(false);
  const name = pack.name === "" ? t("stickers.mine") : pack.name;

  async function choose(isIn: boolean): Promise<void> {
    setWish(isIn);
    if (!(await attempt(() => setEverywhere(client, pack, isIn)))) setWish(null);
  }

  async function addFiles(files: readonly File[]): Promise<void> {
    await run(files.length, async (onDone) => {
      const { pictures, leftOut } = await picturesIn(files);
      await addPictures(pack, pictures, onDone);
      if (leftOut.length > 0) throw new LeftOut(leftOut);
    });
  }

  return (
    <section className="card pack" aria-label={name}>
      <div className="pack-head">
        <h2>{name}</h2>
        {pack.canChange && (
          <Button
            className="icon-button"
            aria-label={t("stickers.rename", { name })}
            onPress={() => setNaming(true)}
          >
            <Pencil size={19} aria-hidden />
          </Button>
        )}
      </div>
      {pack.stickers.length === 0 ? (
        <p className="muted">{t("stickers.empty_pack")}</p>
      ) : (
        <TryAgain>
          <ul className="sticker-shelf">
            {pack.stickers.map((sticker) => (
              <li key={sticker.shortcode}>
                {pack.canChange ? (
                  <Button
                    className="cell"
                    aria-label={t("stickers.change", { words: sticker.words })}
                    onPress={() => setOpened(sticker)}
                  >
                    <StickerImage url={sticker.url} size={64} />
                  </Button>
                ) : (
                  <span className="cell" role="img" aria-label={sticker.words}>
                    <StickerImage url={sticker.url} size={64} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </TryAgain>
      )}
      {pack.canChange && (
        <FileTrigger
          acceptedFileTypes={["image/png", "image/webp", "image/gif", "image/jpeg", "image/avif"]}
          allowsMultiple
          onSelect={(files) => {
            const all = [...(files ?? [])];
            if (all.length > 0) void addFiles(all);
          }}
        >
          <BusyButton isBusy={adding !== null}>
            <ImagePlus size={20} aria-hidden /> {t("stickers.add_pictures")}
          </BusyButton>
        </FileTrigger>
      )}
      {adding !== null && <p role="status">{t("stickers.adding", { ...adding })}</p>}
      <Wrong text={wrong ?? refused} />
      {!pack.isOwn && (
        <Toggle
          label={t("stickers.everywhere")}
          hint={t("stickers.everywhere_hint")}
          isOn={wish ?? pack.isEverywhere}
          onChange={(isIn) => void choose(isIn)}
        />
      )}
      {opened !== null && <StickerSheet pack={pack} sticker={opened} onClose={() => setOpened(null)} />}
      {isNaming && <NameSheet pack={pack} name={name} onClose={() => setNaming(false)} />}
    </section>
  );
}

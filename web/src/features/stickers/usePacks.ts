/** Putting stickers into a pack. */
import { useTranslation } from "react-i18next";
import {
  countIn,
  type Place,
  STICKERS_MAX,
  type Sticker,
  shortcodeFor,
  withSticker,
} from "../../model/stickers";
import { send } from "../../protocol/media";
import { changePack, ownPlace } from "../../protocol/stickers";
import { useClient } from "../../shell/client";

/** The pack holds as many as it can. */
export class PackFull extends Error {}

/** A picture that is to become a sticker. */
export interface Picture {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
  readonly words: string;
  readonly name: string;
}

export function usePacks() {
  const { t } = useTranslation();
  const client = useClient();

  const own = (): Promise<Place> => ownPlace(client, t("stickers.mine"));

  /** Put stickers into a pack in one step. What is there already, by its picture, is not put there again. */
  async function add(place: Place, stickers: readonly Sticker[]): Promise<void> {
    await changePack(client, place, (before) => {
      let pack = before;
      for (const sticker of stickers) {
        if (countIn(pack) >= STICKERS_MAX) throw new PackFull("the pack is full");
        if (JSON.stringify(pack).includes(`"${sticker.url}"`)) continue;
        pack = withSticker(pack, { ...sticker, shortcode: shortcodeFor(sticker.shortcode, pack) });
      }
      return pack;
    });
  }

  /** Upload pictures, one after another, and put them into a pack; `onDone` tells how many of them are there. */
  async function addPictures(
    place: Place,
    pictures: readonly Picture[],
    onDone: (count: number) => void,
  ): Promise<void> {
    const stickers: Sticker[] = [];
    for (const picture of pictures) {
      // Packs lie in the open: whoever reads a sticker must be able to fetch it.
      const source = await send(client, picture.blob, { encrypted: false });
      if ("url" in source) stickers.push(stickerOf(picture, source.url));
      onDone(stickers.length);
    }
    if (stickers.length > 0) await add(place, stickers);
  }

  return { own, add, addPictures };
}

/** Its size on the page is half of that of the picture, which so is sharp on every screen. */
function stickerOf({ blob, width, height, words, name }: Picture, url: string): Sticker {
  const info = {
    w: Math.ceil(width / 2),
    h: Math.ceil(height / 2),
    mimetype: blob.type,
    size: blob.size,
  };
  return { shortcode: name, words, url, info };
}

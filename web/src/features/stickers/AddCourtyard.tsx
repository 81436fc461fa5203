import { Smile } from "lucide-react";
import { useTranslation } from "react-i18next";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";
import { useAdding } from "./useAdding";
import { usePacks } from "./usePacks";

/** Put the stickers that come with the app into one's own pack. They are drawn on this device. */
export function AddCourtyard({ onAdded }: { onAdded?: () => void }) {
  const { t } = useTranslation();
  const { own, addPictures } = usePacks();
  const { adding, wrong, run } = useAdding();

  async function add(): Promise<void> {
    const isDone = await run(0, async (onDone) => {
      // How many there are comes with them.
      const { drawBuns, BUNS } = await import("./buns");
      onDone(0, BUNS.length);
      const drawn = await drawBuns((name) => t(`stickers.buns.${name}`));
      await addPictures(await own(), drawn, (done) => onDone(done, BUNS.length));
    });
    if (isDone) onAdded?.();
  }

  return (
    <>
      <BusyButton className="button primary" onPress={add}>
        <Smile size={20} aria-hidden /> {t("stickers.add_courtyard")}
      </BusyButton>
      {adding !== null && adding.of > 0 && <p role="status">{t("stickers.adding", { ...adding })}</p>}
      <Wrong text={wrong} />
    </>
  );
}

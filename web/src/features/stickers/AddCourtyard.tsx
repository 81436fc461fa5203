import { Smile } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Wrong } from "../../widgets/Wrong";
import { useAdding } from "./useAdding";
import { usePacks } from "./usePacks";

/** Put the stickers that come with the app into one's own pack. They are drawn on this device. */
export function AddCourtyard({ onAdded }: { onAdded?: () => void }) {
  const { t } = useTranslation();
  const { own, addPictures } = usePacks();
  const { adding, wrong, run } = useAdding();

  async function add(): Promise<void> {
    const { drawBuns, BUNS } = await import("./buns");
    const isDone = await run(BUNS.length, async (onDone) => {
      const drawn = await drawBuns((name) => t(`stickers.buns.${name}`));
      await addPictures(await own(), drawn, onDone);
    });
    if (isDone) onAdded?.();
  }

  return (
    <>
      <Button className="button primary" isDisabled={adding !== null} onPress={() => void add()}>
        <Smile size={20} aria-hidden /> {t("stickers.add_courtyard")}
      </Button>
      {adding !== null && <p role="status">{t("stickers.adding", { ...adding })}</p>}
      <Wrong text={wrong} />
    </>
  );
}

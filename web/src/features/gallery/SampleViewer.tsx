import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { ImageViewer } from "../../widgets/ImageViewer";
import { Sample } from "./Sample";

const COLOURS = ["#0b7a5c", "#2f6fc4", "#b83b6b"];

/** Return a picture with a number on it, made here. */
function picture(colour: string, number: number): string {
  const drawn =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="${colour}"/>` +
    `<text x="3.4" y="6" font-size="4" fill="#fff">${number}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawn)}`;
}

export function SampleViewer() {
  const { t } = useTranslation();
  const [at, setAt] = useState<number | null>(null);
  const pictures = COLOURS.map((colour, place) => ({
    src: picture(colour, place + 1),
    alt: t("widgets.sample_picture", { number: place + 1 }),
  }));
  return (
    <Sample title={t("widgets.sample_viewer")}>
      <Button className="button" onPress={() => setAt(0)}>
        {t("widgets.sample_viewer")}
      </Button>
      {at !== null && <ImageViewer pictures={pictures} at={at} onAt={setAt} onClose={() => setAt(null)} />}
    </Sample>
  );
}

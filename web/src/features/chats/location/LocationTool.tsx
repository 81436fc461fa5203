import { MapPin } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../../widgets/Sheet";
import { Waiting } from "../../../widgets/Waiting";
import type { ToolProps } from "../composerTools";

const SendPlace = lazy(async () => ({ default: (await import("./SendPlace")).SendPlace }));

/** Tell the others where one is. */
export function LocationTool({ target, onSent }: ToolProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="tool" onPress={() => setOpen(true)}>
        <MapPin size={26} aria-hidden />
        {t("location.tool")}
      </Button>
      <Sheet title={t("location.send_title")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Suspense fallback={<Waiting />}>
          <SendPlace
            target={target}
            onSent={() => {
              setOpen(false);
              onSent();
            }}
          />
        </Suspense>
      </Sheet>
    </>
  );
}

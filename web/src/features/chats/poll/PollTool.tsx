import { ListChecks } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../../widgets/Sheet";
import { Waiting } from "../../../widgets/Waiting";
import type { ToolProps } from "../composerTools";

const PollForm = lazy(async () => ({ default: (await import("./PollForm")).PollForm }));

/** Ask everybody here something, with answers to choose from. */
export function PollTool({ target, onSent }: ToolProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="tool" onPress={() => setOpen(true)}>
        <ListChecks size={26} aria-hidden />
        {t("poll.tool")}
      </Button>
      <Sheet title={t("poll.new")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Suspense fallback={<Waiting />}>
          <PollForm
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

import { SmilePlus } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { QUICK } from "../../model/reaction";
import type { Said } from "../../model/said";
import { ActionButton } from "../../widgets/ActionButton";
import { Sheet } from "../../widgets/Sheet";
import { DoubtWords } from "./DoubtMark";
import { EmojiSheet } from "./EmojiTool";
import { lineOf } from "./lines";
import { ACTIONS, type Asking } from "./messageActions";
import { useTalk } from "./talk";

interface MessageSheetProps {
  said: Said | null;
  asking: Asking;
  onClose: () => void;
}

/** Everything that can be done with one message. */
export function MessageSheet({ said, asking, onClose }: MessageSheetProps) {
  const { t } = useTranslation();
  const talk = useTalk();
  const [reacting, setReacting] = useState<Said | null>(null);
  const canReact = said !== null && said.sending === undefined && !said.isRemoved;

  function react(to: Said, sign: string): void {
    onClose();
    talk.react(to, sign);
  }

  return (
    <>
      <Sheet title={t("talk.actions")} isOpen={said !== null} onClose={onClose}>
        {said !== null && (
          <>
            <p className="muted clip">{lineOf(said, t)}</p>
            <DoubtWords said={said} />
            {canReact && (
              <div className="quick">
                {QUICK.map((sign) => (
                  <Button
                    key={sign}
                    aria-label={t("talk.react_with", { sign })}
                    onPress={() => react(said, sign)}
                  >
                    {sign}
                  </Button>
                ))}
                <Button
                  aria-label={t("talk.react_other")}
                  onPress={() => {
                    setReacting(said);
                    onClose();
                  }}
                >
                  <SmilePlus size={24} aria-hidden />
                </Button>
              </div>
            )}
            <div className="actions">
              {ACTIONS.filter(({ applies }) => applies(said, asking)).map(
                ({ action, label, icon, isDanger }) => (
                  <ActionButton
                    key={action}
                    label={t(label)}
                    icon={icon}
                    isDanger={isDanger}
                    onPress={() => {
                      onClose();
                      talk.act(action, said);
                    }}
                  />
                ),
              )}
            </div>
          </>
        )}
      </Sheet>
      <EmojiSheet
        isOpen={reacting !== null}
        onClose={() => setReacting(null)}
        onChoose={(sign) => {
          if (reacting !== null) talk.react(reacting, sign);
        }}
      />
    </>
  );
}

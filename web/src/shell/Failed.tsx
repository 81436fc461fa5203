import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { clearLeftovers } from "../protocol/leftovers";
import { endSession, keepSession, type Session } from "../protocol/login";
import { BusyButton } from "../widgets/BusyButton";
import { Result } from "../widgets/Result";
import { Sheet } from "../widgets/Sheet";
import { FullPage } from "./FullPage";
import { startWords } from "./startWords";
import { isUnreachable } from "./words";

/** A server or a store that does not answer keeps nobody here. */
const LONGEST_MS = 5_000;

/** The client did not start: why, and the two ways on. The second one helps where the first never will. */
export function Failed({ error, session }: { error: unknown; session: Session }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  async function signOut(): Promise<void> {
    setBusy(true);
    // Neither has to succeed: a session that lives on stands in the list of devices, and what is left here goes at the next signing in.
    const pause = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
    await Promise.race([Promise.allSettled([endSession(session), clearLeftovers()]), pause]);
    keepSession(null);
    // Anew, so that nothing holds on to what was opened.
    location.replace("/");
  }

  return (
    <FullPage>
      <Result
        kind="bad"
        title={t("start.failed")}
        text={startWords(error, t)}
        action={t("errors.retry")}
        onAction={() => location.reload()}
      />
      {!isUnreachable(error) && (
        <div className="page">
          <Button className="button" onPress={() => setAsking(true)}>
            {t("start.sign_out")}
          </Button>
        </div>
      )}
      <Sheet title={t("me.sign_out_title")} isOpen={isAsking} onClose={() => setAsking(false)} asks>
        <p>{t("me.sign_out_hint")}</p>
        <BusyButton className="button danger" isBusy={busy} onPress={signOut}>
          {busy ? t("me.signing_out") : t("account.sign_out")}
        </BusyButton>
        <Button className="button" onPress={() => setAsking(false)} autoFocus>
          {t("me.cancel")}
        </Button>
      </Sheet>
    </FullPage>
  );
}

import { useMutation, useQuery } from "@tanstack/react-query";
import { BadgeCheck, Check, OctagonAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Statement } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { longTime } from "../../shell/moments";
import { saveFile } from "../../shell/saveFile";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";
import { type Checked, checkProof } from "./checkProof";
import { failureWords, unreadWords } from "./failure";
import { LogSays } from "./LogSays";
import { useConduct, useFindRules, useKey } from "./useConduct";

const AGAIN_MS = 2_000;

/** That the decision stands in the public log, as this browser found it. */
export function ProofPart({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const client = useClient();
  const findRules = useFindRules(statement.rules_version);
  const query = useQuery({
    queryKey: useKey("proof", statement.id),
    queryFn: () => checkProof(conduct, statement, client.getSafeUserId(), Date.now(), findRules),
    refetchInterval: ({ state }) => (state.data?.is === "pending" ? AGAIN_MS : false),
  });
  const saving = useMutation({
    mutationFn: async () => {
      const proof = await conduct.proof(statement.id);
      saveFile(new Blob([proof, "\n", statement.log_entry, "\n"]), `${statement.id}.tlog-proof`);
    },
    onError: () => query.refetch(),
  });

  return (
    <section className="card part" aria-labelledby="proof">
      <h2 id="proof">{t("proof.title")}</h2>
      <p className="muted">{t("proof.lead")}</p>
      <div aria-live="polite">
        {query.isPending && <p>{t("proof.checking")}</p>}
        {query.data !== undefined && <Outcome checked={query.data} issuedAt={statement.issued_at} />}
        {query.isError && <p className="wrong">{unreadWords(query.error, t)}</p>}
      </div>
      {saving.isError && <Wrong text={failureWords(saving.error, t, { 404: "proof.nothing_to_save" })} />}
      <div className="buttons">
        <BusyButton onPress={() => query.refetch()}>{t("proof.again")}</BusyButton>
        <BusyButton isBusy={saving.isPending} onPress={() => saving.mutate()}>
          {t("proof.save")}
        </BusyButton>
      </div>
    </section>
  );
}

function Warning({ title, texts }: { title: string; texts: readonly string[] }) {
  return (
    <div className="warning" role="alert">
      <OctagonAlert size={26} aria-hidden />
      <div>
        <p className="title">{title}</p>
        {texts.map((one) => (
          <p key={one}>{one}</p>
        ))}
      </div>
    </div>
  );
}

function Outcome({ checked, issuedAt }: { checked: Checked; issuedAt: number }) {
  const { t, i18n } = useTranslation();
  if (checked.is === "pending" || checked.is === "unsupported") return <p>{t(`proof.${checked.is}`)}</p>;
  if (checked.is === "missing") {
    const since = t("proof.missing_since", { time: longTime(issuedAt, i18n.language) });
    return <Warning title={t("proof.missing")} texts={[since, t("proof.missing_hint")]} />;
  }
  if (checked.is === "wrong") {
    const texts = [t(`proof.fault_${checked.fault}`), t("proof.wrong_hint")];
    return <Warning title={t("proof.wrong")} texts={texts} />;
  }
  const { index, size, before, isSealed, says, hasRules } = checked;
  const steps = [
    t("proof.signed"),
    // People count from one.
    t("proof.included", { index: index + 1, size }),
    t("proof.bound"),
    ...(isSealed && says !== null ? [t("proof.opened")] : []),
    ...(says === null ? [] : [t("proof.terms")]),
    ...(hasRules ? [t("proof.wording")] : []),
    before === null ? t("proof.first") : t("proof.grown", { size: before }),
  ];
  return (
    <>
      <p className="proved">
        <BadgeCheck size={22} aria-hidden />
        {t("proof.proved")}
      </p>
      <ul className="checks">
        {steps.map((step) => (
          <li key={step}>
            <Check size={16} aria-hidden />
            {step}
          </li>
        ))}
      </ul>
      {!hasRules && <p className="muted">{t(says === null ? "proof.sealed" : "proof.no_wording")}</p>}
      {says !== null && <LogSays says={says} isSealed={isSealed} />}
    </>
  );
}

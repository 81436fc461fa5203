import { useQuery } from "@tanstack/react-query";
import { BadgeCheck, Check, OctagonAlert } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Statement } from "../../protocol/conduct";
import { Unreachable } from "../../protocol/http";
import { useClient } from "../../shell/client";
import { saveFile } from "../../shell/saveFile";
import { type Checked, checkProof } from "./checkProof";
import { useConduct, useKey } from "./useConduct";

const AGAIN_MS = 2_000;

/** That the decision stands in the public log, as this browser found it. */
export function ProofPart({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const client = useClient();
  const query = useQuery({
    queryKey: useKey("proof", statement.id),
    queryFn: () => checkProof(conduct, statement, client.getSafeUserId()),
    refetchInterval: ({ state }) => (state.data?.is === "pending" ? AGAIN_MS : false),
  });

  async function save(): Promise<void> {
    const proof = await conduct.proof(statement.id);
    saveFile(new Blob([proof, "\n", statement.log_entry, "\n"]), `${statement.id}.tlog-proof`);
  }

  return (
    <section className="card part" aria-labelledby="proof">
      <h2 id="proof">{t("proof.title")}</h2>
      <p className="muted">{t("proof.lead")}</p>
      <div aria-live="polite">
        {query.isPending && <p>{t("proof.checking")}</p>}
        {query.data !== undefined && <Outcome checked={query.data} />}
        {query.isError && (
          <p className="wrong">
            {t(query.error instanceof Unreachable ? "errors.offline" : "errors.server")}
          </p>
        )}
      </div>
      <div className="buttons">
        <Button className="button" isDisabled={query.isFetching} onPress={() => void query.refetch()}>
          {t("proof.again")}
        </Button>
        <Button className="button" onPress={() => void save().catch(() => query.refetch())}>
          {t("proof.save")}
        </Button>
      </div>
    </section>
  );
}

function Outcome({ checked }: { checked: Checked }) {
  const { t } = useTranslation();
  if (checked.is === "pending" || checked.is === "unsupported") return <p>{t(`proof.${checked.is}`)}</p>;
  if (checked.is === "wrong") {
    return (
      <div className="warning" role="alert">
        <OctagonAlert size={26} aria-hidden />
        <div>
          <p className="title">{t("proof.wrong")}</p>
          <p>{t(`proof.fault_${checked.fault}`)}</p>
          <p>{t("proof.wrong_hint")}</p>
        </div>
      </div>
    );
  }
  const { index, size, before } = checked;
  const steps = [
    t("proof.signed"),
    // People count from one.
    t("proof.included", { index: index + 1, size }),
    t("proof.bound"),
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
    </>
  );
}

import "./me.css";
import { useTranslation } from "react-i18next";
import { done, isUnderWay } from "../../model/archive";
import type { Archive } from "../../protocol/archive";
import { localeOf } from "../../shell/i18n";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { BusyButton } from "../../widgets/BusyButton";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { ArchiveParts } from "./ArchiveParts";
import { useArchive } from "./useArchive";

/** Take everything along: ask for it, see how far it is, fetch it. */
export function ArchivePage(_: PageProps) {
  const { t, i18n } = useTranslation();
  const { archive, error, isAsking, ask, reload } = useArchive();
  const isFailed = error !== null && error !== undefined;
  const isThere = archive?.state === "ready" || archive?.state === "downloaded";
  const day = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: "long", timeStyle: "short" });
  const mayAsk = archive === null || archive?.state === "expired" || isRenewable(archive);
  return (
    <>
      <TopBar title={t("me.archive")} back="/me" />
      <main className="scroll page">
        <p>{t("archive.what")}</p>
        <p className="muted">{t("archive.always")}</p>
        {archive === undefined && !isFailed && <Waiting />}
        {archive && isUnderWay(archive) && <Progress archive={archive} />}
        {isThere && (
          <>
            <ArchiveParts parts={archive.parts} onFetched={() => void reload()} />
            {archive.expires_at !== undefined && (
              <p className="muted">{t("archive.until", { when: day.format(archive.expires_at) })}</p>
            )}
            <p className="muted">{t("archive.check")}</p>
          </>
        )}
        {archive?.state === "expired" && <p>{t("archive.expired")}</p>}
        {isFailed && <Wrong text={wordsFor(error, t)} />}
        {(mayAsk || (isFailed && !archive)) && (
          <BusyButton className="button primary" onPress={ask} isBusy={isAsking}>
            {isAsking ? t("archive.asking") : t(isThere ? "archive.ask_again" : "archive.ask")}
          </BusyButton>
        )}
      </main>
    </>
  );
}

function isRenewable(archive: Archive | null | undefined): boolean {
  return archive?.renewable_at !== undefined && archive.renewable_at <= Date.now();
}

function Progress({ archive }: { archive: Archive }) {
  const { t } = useTranslation();
  const part = done(archive);
  const words =
    archive.progress === undefined
      ? t("archive.waiting")
      : t("archive.rooms", { done: archive.progress.rooms, total: archive.progress.rooms_total });
  return (
    <div className="card padded">
      <div
        className={part === null ? "meter unknown" : "meter"}
        role="progressbar"
        aria-label={t("archive.building")}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(part !== null && { "aria-valuenow": Math.round(part * 100) })}
      >
        <span {...(part !== null && { style: { width: `${part * 100}%` } })} />
      </div>
      <p role="status">{words}</p>
      <p className="muted">{t("archive.may_leave")}</p>
    </div>
  );
}

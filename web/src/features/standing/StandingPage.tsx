import "./standing.css";
import {
  ChevronRight,
  Database,
  DoorOpen,
  HeartPulse,
  KeyRound,
  Megaphone,
  ShieldCheck,
  ShieldQuestion,
  Wallet,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { isPaused, parted } from "../../model/standing";
import type { Decision } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { Page } from "../../widgets/Page";
import { TopBar } from "../../widgets/TopBar";
import { DecisionCard } from "./DecisionCard";
import { Loaded } from "./Loaded";
import { capabilityWords } from "./Measures";
import { noticesRoom } from "./notices";
import { useClock, useStanding } from "./useConduct";

const UNTOUCHED = [
  ["data", Database],
  ["money", Wallet],
  ["health", HeartPulse],
  ["login", KeyRound],
  ["leave", DoorOpen],
  ["voice", Megaphone],
] as const;

/** Everything that restricts the account now, what nobody can take, and what was. */
export function StandingPage() {
  const { t } = useTranslation();
  const standing = useStanding();
  useClock(standing.data?.decisions);
  return (
    <>
      <TopBar title={t("standing.title")} back="/me" />
      <Page className="standing">
        <Loaded query={standing}>
          {({ restricted, decisions }) => <Told restricted={restricted} decisions={decisions} />}
        </Loaded>
      </Page>
    </>
  );
}

function Told({ restricted, decisions }: { restricted: readonly string[]; decisions: readonly Decision[] }) {
  const { t } = useTranslation();
  const { now, past } = parted(decisions);
  return (
    <>
      <Summary restricted={restricted} decisions={now} />
      {now.length > 0 && (
        <section aria-labelledby="in-force">
          <h2 id="in-force">{t("standing.in_force")}</h2>
          {now.map((one) => (
            <DecisionCard key={one.id} decision={one} />
          ))}
        </section>
      )}
      <section aria-labelledby="untouched">
        <h2 id="untouched">{t("standing.untouched")}</h2>
        <ul className="card untouched">
          {UNTOUCHED.map(([name, Icon]) => (
            <li key={name}>
              <Icon size={20} aria-hidden />
              {t(`standing.untouched_${name}`)}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="past">
        <h2 id="past">{t("standing.past")}</h2>
        {past.length === 0 && <p className="muted">{t("standing.no_past")}</p>}
        {past.map((one) => (
          <DecisionCard key={one.id} decision={one} />
        ))}
      </section>
      <Onward />
    </>
  );
}

function Summary({
  restricted,
  decisions,
}: {
  restricted: readonly string[];
  decisions: readonly Decision[];
}) {
  const { t } = useTranslation();
  const more = decisions.length === 0 ? "good_hint" : decisions.every(isPaused) ? "paused" : "remembered";
  const isGood = restricted.length === 0;
  return (
    <div className={isGood ? "card summary clear" : "card summary"}>
      {isGood ? <ShieldCheck size={34} aria-hidden /> : <ShieldQuestion size={34} aria-hidden />}
      {isGood ? (
        <div>
          <p className="title">{t("standing.good")}</p>
          <p className="muted">{t(`standing.${more}`)}</p>
        </div>
      ) : (
        <div>
          <p className="title">{t("standing.restricted")}</p>
          <ul>
            {restricted.map((one) => (
              <li key={one}>{capabilityWords(one, t)}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Onward() {
  const { t } = useTranslation();
  const notices = noticesRoom(useClient());
  return (
    <nav className="card" aria-label={t("standing.title")}>
      {notices !== null && (
        <Link className="line" href={`/chats/${encodeURIComponent(notices.roomId)}`}>
          <span>{t("standing.notices")}</span>
          <ChevronRight size={20} aria-hidden />
        </Link>
      )}
      <Link className="line" href="/me/archive">
        <span>{t("standing.archive")}</span>
        <ChevronRight size={20} aria-hidden />
      </Link>
      <Link className="line" href="/me/reports">
        <span>{t("standing.reports")}</span>
        <ChevronRight size={20} aria-hidden />
      </Link>
      <a className="line" href="/transparency" target="_blank" rel="noreferrer">
        <span>{t("standing.log")}</span>
        <ChevronRight size={20} aria-hidden />
      </a>
      <a className="line" href="/transparency/rules" target="_blank" rel="noreferrer">
        <span>{t("standing.rules")}</span>
        <ChevronRight size={20} aria-hidden />
      </a>
    </nav>
  );
}

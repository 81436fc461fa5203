import "./contacts.css";
import { QrCode, ScanLine } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { wordOf } from "../../model/fields";
import { fullId } from "../../model/userId";
import { useClient } from "../../shell/client";
import { SearchBox } from "../../widgets/SearchBox";
import { SkeletonRows } from "../../widgets/Skeleton";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { Restricted } from "../standing/Restricted";
import { PersonPicture } from "./PersonPicture";
import { PlaceLink } from "./PlaceLink";
import { useSearch } from "./useSearch";

interface Hit {
  readonly userId: string;
  readonly name: string;
  readonly mxc: string | null;
}

const HITS_MAX = 20;

/** Find somebody by name, or by the code on their phone. */
export function AddPage() {
  const { t } = useTranslation();
  const client = useClient();
  const [typed, setTyped] = useState("");
  const { hits, busy, wrong, search, forget } = useSearch(look);

  async function look(term: string): Promise<readonly Hit[]> {
    // The directory knows people by parts of their names; whoever is named in full is found besides.
    const [found, exact] = await Promise.all([
      client.searchUserDirectory({ term, limit: HITS_MAX }),
      profile(fullId(term, client.getDomain() ?? "")),
    ]);
    const others = found.results.map((one) => ({
      userId: one.user_id,
      name: wordOf(one.display_name) || one.user_id,
      mxc: one.avatar_url ?? null,
    }));
    const all = exact === null ? others : [exact, ...others.filter((one) => one.userId !== exact.userId)];
    return all.filter((one) => one.userId !== client.getUserId());
  }

  async function profile(userId: string): Promise<Hit | null> {
    try {
      const { displayname, avatar_url: mxc } = await client.getProfileInfo(userId);
      return { userId, name: wordOf(displayname) || userId, mxc: mxc ?? null };
    } catch {
      return null;
    }
  }

  return (
    <>
      <TopBar title={t("contacts.add")} back="/contacts" />
      <main className="scroll page">
        <Restricted to={["chat.dm.initiate"]} />
        <SearchBox
          label={t("contacts.find")}
          value={typed}
          onChange={(now) => {
            setTyped(now);
            forget();
          }}
          onSubmit={(term) => void search(term)}
          autoFocus
        />
        <p className="muted">{t("contacts.find_hint")}</p>
        <Wrong text={wrong} />
        <div aria-live="polite">
          {busy && <SkeletonRows count={2} />}
          {hits?.length === 0 && <p>{t("contacts.not_found")}</p>}
          {hits !== null && hits.length > 0 && (
            <ul className="card plain-list">
              {hits.map(({ userId, name, mxc }) => (
                <li key={userId}>
                  <Link href={`/contacts/${encodeURIComponent(userId)}`} className="people-row">
                    <PersonPicture userId={userId} name={name} mxc={mxc} />
                    <span className="who">
                      <span className="clip">{name}</span>
                      <span className="muted clip">{userId}</span>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </div>
        <nav className="card" aria-label={t("contacts.other_ways")}>
          <PlaceLink href="/contacts/scan" icon={ScanLine} label={t("contacts.scan")} />
          <PlaceLink href="/contacts/code" icon={QrCode} label={t("contacts.my_code")} />
        </nav>
      </main>
    </>
  );
}

import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { PaneContext } from "../widgets/pane";
import { titlePage } from "../widgets/title";
import { ICONS, type Place } from "./places";

interface FrameProps {
  /** What stands beside the page where there is room; null where there is none. */
  side: ReactNode | null;
  place: Place;
  children: ReactNode;
}

/** The page alone, or with its place's list beside it. It is the same page: who turns their phone, or draws their window wider, goes on with
 *  what they do.
 */
export function Frame({ side, place, children }: FrameProps) {
  const { t } = useTranslation();
  const isAlone = side === null;
  return (
    <div className={isAlone ? "app" : "desk"} id="content">
      {!isAlone && (
        <section className="app side" aria-label={t(`tabs.${nameOf(place)}`)}>
          <PaneContext value="side">{side}</PaneContext>
        </section>
      )}
      <div key="page" className={isAlone ? "alone" : "app open"}>
        {children}
      </div>
    </div>
  );
}

/** Beside a list of which nothing is open. */
export function Nothing({ place }: { place: Place }) {
  const { t } = useTranslation();
  const Icon = ICONS[place];
  const title = t(`tabs.${nameOf(place)}`);
  useEffect(() => titlePage(title), [title]);
  return (
    <main className="nothing-open">
      <Icon size={56} strokeWidth={1.2} aria-hidden />
      <h1>{t(`tabs.nothing_${nameOf(place)}`)}</h1>
    </main>
  );
}

function nameOf(place: Place): "chats" | "contacts" | "me" {
  return place.slice(1) as "chats" | "contacts" | "me";
}

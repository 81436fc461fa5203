import "./contacts.css";
import { QrCode, ScanLine, UserPlus, UsersRound } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { GridList, GridListHeader, GridListItem, GridListSection } from "react-aria-components/GridList";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { inSections, isMeant, type Section, shownName } from "../../model/contacts";
import { useFromClient } from "../../shell/client";
import { IndexBar } from "../../widgets/IndexBar";
import { Main } from "../../widgets/Main";
import { Result } from "../../widgets/Result";
import { SearchBox } from "../../widgets/SearchBox";
import { TopBar } from "../../widgets/TopBar";
import { HereDot, useAsked } from "../presence/Seen";
import { PersonPicture } from "./PersonPicture";
import { PlaceLink } from "./PlaceLink";
import { contactsOf, PEOPLE_EVENTS, requestsOf } from "./people";

/** Below this many, letters at the edge help nobody. */
const MANY = 8;

/** Everybody one knows, by letter, and the ways to know more. */
export function ContactsPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const contacts = useFromClient(PEOPLE_EVENTS, contactsOf);
  const requests = useFromClient(
    PEOPLE_EVENTS,
    useCallback((client) => requestsOf(client).length, []),
  );
  useAsked(contacts.map(({ userId }) => userId));
  const sections = inSections(contacts.filter((one) => isMeant(one, typed)));

  function show(letter: string): void {
    list.current?.querySelector(`[data-section="${letter}"]`)?.scrollIntoView({ block: "start" });
  }

  return (
    <>
      <TopBar title={t("contacts.title")}>
        <Button className="icon-button" aria-label={t("contacts.scan")} onPress={() => go("/contacts/scan")}>
          <ScanLine size={23} aria-hidden />
        </Button>
        <Button className="icon-button" aria-label={t("contacts.add")} onPress={() => go("/contacts/add")}>
          <UserPlus size={23} aria-hidden />
        </Button>
      </TopBar>
      <div className="lettered">
        <Main className="scroll contacts-page" ref={list}>
          <SearchBox label={t("contacts.search")} value={typed} onChange={setTyped} />
          {typed === "" && (
            <nav className="card places" aria-label={t("contacts.places")}>
              <PlaceLink
                href="/contacts/requests"
                icon={UserPlus}
                label={t("contacts.requests")}
                count={requests}
              />
              <PlaceLink href="/contacts/groups" icon={UsersRound} label={t("groups.mine")} />
              <PlaceLink href="/contacts/code" icon={QrCode} label={t("contacts.my_code")} />
            </nav>
          )}
          {sections.length === 0 ? (
            <Result
              kind="plain"
              title={typed === "" ? t("contacts.empty") : t("contacts.nobody")}
              text={typed === "" ? t("contacts.empty_hint") : t("contacts.nobody_hint")}
              action={t("contacts.add")}
              onAction={() => go("/contacts/add")}
            />
          ) : (
            <People sections={sections} />
          )}
        </Main>
        {contacts.length > MANY && typed === "" && (
          <nav className="edge" aria-label={t("contacts.index")}>
            <IndexBar
              label={t("contacts.index")}
              letters={sections.map((section) => section.letter)}
              onLetter={show}
            />
          </nav>
        )}
      </div>
    </>
  );
}

function People({ sections }: { sections: readonly Section[] }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <GridList
      className="people"
      aria-label={t("contacts.title")}
      onAction={(key) => go(`/contacts/${encodeURIComponent(String(key))}`)}
    >
      {sections.map(({ letter, contacts }) => (
        <GridListSection key={letter} data-section={letter} aria-label={letter}>
          <GridListHeader className="letter">{letter}</GridListHeader>
          {contacts.map((contact) => (
            <GridListItem
              key={contact.userId}
              id={contact.userId}
              textValue={shownName(contact)}
              className="person"
            >
              <PersonPicture userId={contact.userId} name={shownName(contact)} />
              <span className="who">
                <span className="named">
                  <span className="clip">{shownName(contact)}</span>
                  <HereDot userId={contact.userId} />
                </span>
                {contact.tags.length > 0 && (
                  <span className="muted clip tags">{contact.tags.join(" · ")}</span>
                )}
              </span>
            </GridListItem>
          ))}
        </GridListSection>
      ))}
    </GridList>
  );
}

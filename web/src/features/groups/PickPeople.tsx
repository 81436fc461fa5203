import "../contacts/contacts.css";
import "./groups.css";
import { Check } from "lucide-react";
import { type Dispatch, type SetStateAction, useState } from "react";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { useTranslation } from "react-i18next";
import { inSections, isMeant, shownName } from "../../model/contacts";
import { fullId } from "../../model/userId";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { SearchBox } from "../../widgets/SearchBox";
import { Wrong } from "../../widgets/Wrong";
import { PersonPicture } from "../contacts/PersonPicture";
import { contactOf, contactsOf, PEOPLE_EVENTS } from "../contacts/people";

/** What the server says of a name that nobody has, or nobody can have. */
const NOBODY = {
  M_NOT_FOUND: "contacts.not_found",
  M_FORBIDDEN: "contacts.not_found",
  M_INVALID_PARAM: "contacts.not_found",
};

interface PickPeopleProps {
  picked: ReadonlySet<string>;
  onPicked: Dispatch<SetStateAction<ReadonlySet<string>>>;
  /** Who is not to be chosen: they are there already, or are kept out. */
  without?: ReadonlySet<string>;
}

/** Choose several of one's contacts; whoever is named in full can be added, too. */
export function PickPeople({ picked, onPicked, without = new Set() }: PickPeopleProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [typed, setTyped] = useState("");
  const { busy, wrong, setWrong, attempt } = useAttempt(NOBODY);
  const contacts = useFromClient(PEOPLE_EVENTS, contactsOf);
  const strangers = [...picked].filter((id) => !contacts.some((one) => one.userId === id));
  const all = [...contacts, ...strangers.map((id) => contactOf(client, id))].filter(
    (one) => !without.has(one.userId),
  );
  const shown = inSections(all.filter((one) => isMeant(one, typed))).flatMap((section) => section.contacts);

  async function add(): Promise<void> {
    const userId = fullId(typed, client.getDomain() ?? "");
    if (userId === client.getSafeUserId()) return setWrong(t("groups.pick_self"));
    // They are not shown, so they could not be taken out again.
    if (without.has(userId)) return setWrong(t("groups.pick_there"));
    const isFound = await attempt(() => client.getProfileInfo(userId));
    if (!isFound) return;
    onPicked((before) => new Set([...before, userId]));
    setTyped((now) => (now === typed ? "" : now));
  }

  return (
    <div className="pick">
      <SearchBox
        label={t("groups.pick_search")}
        value={typed}
        onChange={(now) => {
          setTyped(now);
          setWrong(null);
        }}
      />
      {shown.length > 0 && (
        <GridList
          className="people to-pick"
          aria-label={t("groups.people")}
          selectionMode="multiple"
          selectionBehavior="toggle"
          selectedKeys={picked}
          onSelectionChange={(keys) => {
            if (keys !== "all") onPicked(new Set([...keys].map(String)));
          }}
          items={shown.map((contact) => ({ id: contact.userId, contact }))}
        >
          {({ contact }) => (
            <GridListItem id={contact.userId} textValue={shownName(contact)} className="person">
              {({ isSelected }) => (
                <>
                  <PersonPicture userId={contact.userId} name={shownName(contact)} />
                  <span className="who">
                    <span className="clip">{shownName(contact)}</span>
                  </span>
                  <span className={isSelected ? "picked-mark on" : "picked-mark"} aria-hidden="true">
                    {isSelected && <Check size={16} strokeWidth={3} />}
                  </span>
                </>
              )}
            </GridListItem>
          )}
        </GridList>
      )}
      {shown.length === 0 && typed.trim() === "" && <p className="muted">{t("groups.pick_none")}</p>}
      {typed.trim() !== "" && (
        <BusyButton isBusy={busy} onPress={add}>
          {t(busy ? "groups.pick_looking" : "groups.pick_named", { name: typed.trim() })}
        </BusyButton>
      )}
      <Wrong text={wrong} />
    </div>
  );
}

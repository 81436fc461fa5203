import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ENTRIES, type Entry, HISTORIES, type History, type Who } from "../../model/group";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { Choice } from "../../widgets/Choice";
import { Wrong } from "../../widgets/Wrong";
import type { PartProps } from "./GroupPage";
import { setEntry, setHistory, setInviters, setSenders } from "./group";

const WHO: readonly Who[] = ["all", "admins"];

interface Wishes {
  readonly entry?: Entry;
  readonly history?: History;
  readonly inviters?: Who;
  readonly senders?: Who;
}

/** How a group is set up: choices for who may change them, sentences for everybody else. */
export function GroupSettings({ room, group }: PartProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [wish, setWish] = useState<Wishes>({});
  const { busy, wrong, attempt } = useAttempt();

  async function change(next: Wishes, what: () => Promise<void>): Promise<void> {
    if (busy) return;
    setWish({ ...wish, ...next });
    if (!(await attempt(what))) setWish({});
  }

  const settings = [
    <Setting
      key="entry"
      name="entry"
      values={ENTRIES}
      value={wish.entry ?? group.entry}
      can={group.can.entry}
      onChange={(entry) => void change({ entry }, () => setEntry(client, room, entry))}
    />,
    <Setting
      key="inviters"
      name="inviters"
      values={WHO}
      value={wish.inviters ?? group.inviters}
      can={group.can.powers}
      onChange={(inviters) => void change({ inviters }, () => setInviters(client, room, inviters))}
    />,
    <Setting
      key="senders"
      name="senders"
      values={WHO}
      value={wish.senders ?? group.senders}
      can={group.can.powers}
      onChange={(senders) => void change({ senders }, () => setSenders(client, room, senders))}
    />,
    <Setting
      key="history"
      name="history"
      values={HISTORIES}
      value={wish.history ?? group.history}
      can={group.can.history}
      onChange={(history) => void change({ history }, () => setHistory(client, room, history))}
    />,
  ];
  return (
    <section className="part settings">
      <h2>{t("groups.settings")}</h2>
      {settings}
      <Wrong text={wrong} />
    </section>
  );
}

interface SettingProps<T extends string> {
  name: string;
  values: readonly T[];
  value: T;
  can: boolean;
  onChange: (value: T) => void;
}

function Setting<T extends string>({ name, values, value, can, onChange }: SettingProps<T>) {
  const { t } = useTranslation();
  const words = (one: string): string => t(`groups.${name}_${one}`);
  if (!can) {
    return (
      <p>
        <span className="muted">{t(`groups.${name}`)}</span>
        <br />
        {words(value)}
      </p>
    );
  }
  return (
    <Choice
      label={t(`groups.${name}`)}
      options={values.map((one) => [one, words(one)] as const)}
      value={value}
      onChange={onChange}
    />
  );
}

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ENTRIES, HISTORIES, type Who } from "../../model/group";
import { useClient } from "../../shell/client";
import { Choice } from "../../widgets/Choice";
import { Wrong } from "../../widgets/Wrong";
import type { PartProps } from "./GroupPage";
import { setEntry, setHistory, setInviters, setSenders } from "./group";
import { Saving } from "./Saving";
import { useWish } from "./useWish";

const WHO: readonly Who[] = ["all", "admins"];

/** How a group is set up: choices for who may change them, sentences for everybody else. */
export function GroupSettings({ room, group }: PartProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { entry, inviters, senders, history } = group;
  const known = useMemo(() => ({ entry, inviters, senders, history }), [entry, inviters, senders, history]);
  const { shown, wrong, isSaving, change } = useWish(known);

  const settings = [
    <Setting
      key="entry"
      name="entry"
      values={ENTRIES}
      value={shown.entry}
      can={group.can.entry}
      onChange={(chosen) => void change({ entry: chosen }, () => setEntry(client, room, chosen))}
    />,
    <Setting
      key="inviters"
      name="inviters"
      values={WHO}
      value={shown.inviters}
      can={group.can.powers}
      onChange={(chosen) => void change({ inviters: chosen }, () => setInviters(client, room, chosen))}
    />,
    <Setting
      key="senders"
      name="senders"
      values={WHO}
      value={shown.senders}
      can={group.can.powers}
      onChange={(chosen) => void change({ senders: chosen }, () => setSenders(client, room, chosen))}
    />,
    <Setting
      key="history"
      name="history"
      values={HISTORIES}
      value={shown.history}
      can={group.can.history}
      onChange={(chosen) => void change({ history: chosen }, () => setHistory(client, room, chosen))}
    />,
  ];
  return (
    <section className="part settings">
      <h2>{t("groups.settings")}</h2>
      {settings}
      <Wrong text={wrong} />
      <Saving isSaving={isSaving} />
    </section>
  );
}

interface SettingProps<T extends string> {
  name: string;
  /** What can be chosen. What is found in the group may be something else. */
  values: readonly T[];
  value: string;
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
  const found = values.some((one) => one === value) ? [] : [value];
  return (
    <Choice
      label={t(`groups.${name}`)}
      options={[...values, ...found].map((one) => [one, words(one)] as const)}
      value={value}
      onChange={(chosen) => {
        const settable = values.find((one) => one === chosen);
        if (settable !== undefined) onChange(settable);
      }}
    />
  );
}

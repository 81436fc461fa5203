import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { shownName } from "../../../model/contacts";
import type { Tile } from "../../../model/groupCall";
import { useClient } from "../../../shell/client";
import { contactOf } from "../../contacts/people";

/** Return who has just come or gone, in words: for those who do not see it. */
export function useComings(tiles: readonly Tile[]): string {
  const { t } = useTranslation();
  const client = useClient();
  const before = useRef<ReadonlySet<string> | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const now = new Set(tiles.filter((one) => !one.isMe && !one.isScreen).map(({ userId }) => userId));
    const old = before.current;
    before.current = now;
    if (old === null) return;
    const name = (userId: string) => shownName(contactOf(client, userId));
    const words = [
      ...[...now].filter((one) => !old.has(one)).map((one) => t("calls.group.came", { name: name(one) })),
      ...[...old].filter((one) => !now.has(one)).map((one) => t("calls.group.went", { name: name(one) })),
    ];
    if (words.length > 0) setSaid(words.join(" "));
  }, [tiles, client, t]);
  return said;
}

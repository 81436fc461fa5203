import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { PersonPicture } from "../contacts/PersonPicture";
import { CallEnd } from "./CallEnd";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { useNameOf } from "./usePartner";

/** A call of two that did not go as it was meant to. */
export function CallOver({ now }: { now: CallNow }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const name = useNameOf(now.userId);
  return (
    <CallEnd
      name={name}
      picture={<PersonPicture userId={now.userId} name={name} large />}
      why={t(`calls.over.${now.ending}`)}
      hint={t(`calls.over.${now.ending}_hint`, { name })}
      again={t("calls.again")}
      onClose={desk.close}
      onAgain={() => void desk.place(now.roomId, now.userId, now.isVideo)}
    />
  );
}

import { ImagePlus, Pencil, QrCode, UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { useTranslation } from "react-i18next";
import { roomLink } from "../../model/link";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { CodeCard } from "../../widgets/CodeCard";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { squarePicture } from "../me/squarePicture";
import { AddPeople } from "./AddPeople";
import type { PartProps } from "./GroupPage";
import { setPicture } from "./group";
import { RenameSheet } from "./RenameSheet";
import { RoomPicture } from "./RoomPicture";

/** What a group is called and looks like, and the ways into it. */
export function GroupHead({ room, group }: PartProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [open, setOpen] = useState<"add" | "code" | "rename" | null>(null);
  const { busy, wrong, setWrong, attempt } = useAttempt();
  const close = () => setOpen(null);
  const link = roomLink(location.origin, room.roomId, [client.getDomain() ?? ""]);

  async function choose(file: File): Promise<void> {
    await attempt(async () => {
      const picture = await squarePicture(file).catch(() => null);
      if (picture !== null) await setPicture(client, room, picture);
      else setWrong(t("me.not_a_picture"));
    });
  }

  return (
    <>
      <section className="profile" aria-label={group.name}>
        <RoomPicture room={room} large />
        <div className="who">
          <h2>{group.name}</h2>
          <p className="muted">{t("groups.count", { count: room.getJoinedMemberCount() })}</p>
          {group.topic !== "" && <p>{group.topic}</p>}
        </div>
      </section>
      <Wrong text={wrong} />
      <div className="wide-buttons">
        {group.canInvite && (
          <Button className="button primary" onPress={() => setOpen("add")}>
            <UserPlus size={20} aria-hidden /> {t("groups.add")}
          </Button>
        )}
        <Button className="button" onPress={() => setOpen("code")}>
          <QrCode size={20} aria-hidden /> {t("groups.code")}
        </Button>
        {(group.can.name || group.can.topic) && (
          <Button className="button" onPress={() => setOpen("rename")}>
            <Pencil size={19} aria-hidden /> {t("groups.rename")}
          </Button>
        )}
        {group.can.picture && (
          <FileTrigger
            acceptedFileTypes={["image/*"]}
            onSelect={(files) => {
              const file = files?.[0];
              if (file) void choose(file);
            }}
          >
            <BusyButton isBusy={busy}>
              <ImagePlus size={20} aria-hidden /> {t("groups.picture")}
            </BusyButton>
          </FileTrigger>
        )}
      </div>
      {open === "add" && <AddPeople room={room} group={group} onClose={close} />}
      {open === "rename" && <RenameSheet room={room} group={group} onClose={close} />}
      <Sheet title={t("groups.code")} isOpen={open === "code"} onClose={close}>
        <CodeCard
          link={link}
          label={t("contacts.code_of", { name: group.name })}
          hint={t(`groups.code_${group.entry}`)}
        />
      </Sheet>
    </>
  );
}

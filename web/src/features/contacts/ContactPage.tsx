import "./contacts.css";
import { Ban, MessageCircle, Pencil } from "lucide-react";
import { useCallback, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { shownName } from "../../model/contacts";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import { usePicture } from "../../shell/picture";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { backOr } from "../../widgets/back";
import { ImageViewer } from "../../widgets/ImageViewer";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { CompareKeys, Shield } from "../keys/lateBar";
import { Seen } from "../presence/Seen";
import { ReportPersonTool } from "../report/ReportTools";
import { Restricted } from "../standing/Restricted";
import { CommonGroups } from "./CommonGroups";
import { CONTACT_TOOLS } from "./contactTools";
import { openDirect } from "./openDirect";
import { PersonPicture } from "./PersonPicture";
import { block, commonGroups, contactOf, isContact, isKnown, mxcOf, PEOPLE_EVENTS } from "./people";
import { RemarkSheet } from "./RemarkSheet";
import { isNobody, useProfile } from "./useProfile";

/** One person: who they are, and what can be done. */
export function ContactPage({ params }: PageProps) {
  const userId = params["userId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const read = useCallback(
    (from: typeof client) => ({
      contact: contactOf(from, userId),
      mxc: mxcOf(from, userId),
      isBlocked: from.getIgnoredUsers().includes(userId),
      isUnknown: !isKnown(from, userId),
      // Who is met anywhere already may be written to.
      isStranger: !isContact(from, userId) && commonGroups(from, userId).length === 0,
    }),
    [userId],
  );
  const { contact, mxc, isBlocked, isUnknown, isStranger } = useFromClient(PEOPLE_EVENTS, read);
  const { profile: stranger, failure, again } = useProfile(userId);
  const known = { ...contact, name: stranger?.name ?? contact.name };
  const large = usePicture(mxc ?? stranger?.mxc, 390);
  const [open, setOpen] = useState<"remark" | "picture" | null>(null);
  const { busy, wrong, attempt } = useAttempt();
  const name = shownName(known);
  const isMe = userId === client.getUserId();

  async function message(): Promise<void> {
    await attempt(async () => go(`/chats/${encodeURIComponent(await openDirect(client, userId))}`));
  }

  // Whether there is such a person, the server alone can tell. Who is blocked can be let go also when they are gone.
  if (isUnknown && !isBlocked && !isMe && stranger === null) {
    return (
      <>
        <TopBar title={name} back={() => backOr("/contacts", go)} />
        <main className="scroll page">
          <Unknown failure={failure} onAgain={again} />
        </main>
      </>
    );
  }
  const picture = <PersonPicture userId={userId} name={name} mxc={mxc ?? stranger?.mxc ?? null} large />;
  return (
    <>
      <TopBar title={name} back={() => backOr("/contacts", go)} mark={!isMe && <Shield userId={userId} />} />
      <main className="scroll page">
        <section className="profile" aria-label={name}>
          {large === null ? (
            picture
          ) : (
            <Button
              className="look"
              aria-label={t("contacts.picture_of", { name })}
              onPress={() => setOpen("picture")}
            >
              {picture}
            </Button>
          )}
          <div className="who">
            <h2>{name}</h2>
            {known.remark !== "" && <p className="muted">{t("contacts.own_name", { name: known.name })}</p>}
            <p className="muted">{userId}</p>
            {!isMe && <Seen userId={userId} />}
          </div>
        </section>
        {!isMe && (
          <>
            {known.tags.length > 0 && (
              <p className="muted">{t("contacts.tags_are", { tags: known.tags.join(" · ") })}</p>
            )}
            {isStranger && <Restricted to={["chat.dm.initiate"]} />}
            <Wrong text={wrong} />
            <div className="wide-buttons">
              <BusyButton className="button primary" isDisabled={busy || isBlocked} onPress={message}>
                <MessageCircle size={20} aria-hidden /> {t("contacts.message")}
              </BusyButton>
              {CONTACT_TOOLS.map((Tool) => (
                <Tool key={Tool.displayName ?? Tool.name} userId={userId} />
              ))}
            </div>
            {!isBlocked && <CompareKeys userId={userId} name={name} />}
            <CommonGroups userId={userId} />
            {isBlocked && <p className="muted">{t("contacts.is_blocked")}</p>}
            <div className="card endings">
              <Button className="button" onPress={() => setOpen("remark")}>
                <Pencil size={18} aria-hidden /> {t("contacts.remark_and_tags")}
              </Button>
              <ReportPersonTool userId={userId} />
              <BusyButton
                className={isBlocked ? "button" : "button danger-words"}
                isDisabled={busy}
                onPress={() => attempt(() => block(client, userId, !isBlocked))}
              >
                <Ban size={18} aria-hidden />
                {isBlocked ? t("contacts.unblock") : t("contacts.block_person")}
              </BusyButton>
            </div>
          </>
        )}
      </main>
      {open === "picture" && large !== null && (
        <ImageViewer
          pictures={[{ src: large, alt: t("contacts.picture_of", { name }) }]}
          at={0}
          onAt={() => undefined}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "remark" && <RemarkSheet contact={known} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Instead of somebody of whom nobody has told: that they are looked up, or why there is nothing to show. */
function Unknown({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  const { t } = useTranslation();
  if (failure === null) return <Waiting />;
  if (isNobody(failure)) return <Result kind="plain" title={t("contacts.not_found")} />;
  return <Failure error={failure} onAgain={onAgain} />;
}

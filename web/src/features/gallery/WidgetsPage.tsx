import { Compass, Ellipsis, MessageCircle, Pin, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { ActionSheet } from "../../widgets/ActionSheet";
import { Avatar, GroupAvatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { PopMenu } from "../../widgets/PopMenu";
import { PullToRefresh } from "../../widgets/PullToRefresh";
import { QrCode } from "../../widgets/QrCode";
import { Result } from "../../widgets/Result";
import { Sheet } from "../../widgets/Sheet";
import { SkeletonRows } from "../../widgets/Skeleton";
import { Steps } from "../../widgets/Steps";
import { SwipeRow } from "../../widgets/SwipeRow";
import { TabBar } from "../../widgets/TabBar";
import { TopBar } from "../../widgets/TopBar";
import { Sample } from "./Sample";
import { SampleForms } from "./SampleForms";
import { SampleViewer } from "./SampleViewer";

/** As long as it takes to look at something. */
const PAUSE_MS = 3_000;

function pause(): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, PAUSE_MS));
}

/** Every widget on one page, to look at in both themes and to try with fingers, keyboard and screen reader. */
export function WidgetsPage() {
  const { t } = useTranslation();
  const [times, setTimes] = useState(0);
  const [last, setLast] = useState("");
  const [open, setOpen] = useState<"sheet" | "actions" | null>(null);
  const actions = [
    { label: t("widgets.sample_pin"), icon: Pin, onAction: () => setLast(t("widgets.sample_pin")) },
    {
      label: t("widgets.sample_delete"),
      icon: Trash2,
      isDanger: true,
      onAction: () => setLast(t("widgets.sample_delete")),
    },
  ];
  return (
    <>
      <TopBar title={t("widgets.title")} back="/me" />
      <PullToRefresh onRefresh={async () => setTimes((before) => before + 1)}>
        <main className="page">
          <p className="muted">{t("widgets.lead")}</p>
          <p role="status">
            {t("widgets.sample_refreshed", { times })} {last && t("widgets.sample_last", { what: last })}
          </p>
          <Sample title={t("widgets.sample_sheet")}>
            <Button className="button" onPress={() => setOpen("sheet")}>
              {t("widgets.sample_sheet")}
            </Button>
            <Sheet title={t("widgets.sample_sheet")} isOpen={open === "sheet"} onClose={() => setOpen(null)}>
              <p>{t("widgets.lead")}</p>
            </Sheet>
          </Sample>
          <Sample title={t("widgets.sample_actions")}>
            <Button className="button" onPress={() => setOpen("actions")}>
              {t("widgets.sample_actions")}
            </Button>
            <ActionSheet
              title={t("widgets.sample_actions")}
              isOpen={open === "actions"}
              onClose={() => setOpen(null)}
              actions={actions}
            />
          </Sample>
          <Sample title={t("widgets.sample_busy")}>
            <BusyButton
              className="button primary"
              onPress={() => pause().then(() => setLast(t("widgets.sample_busy")))}
            >
              {t("widgets.sample_busy")}
            </BusyButton>
          </Sample>
          <Sample title={t("widgets.sample_menu")}>
            <PopMenu label={t("widgets.sample_menu")} icon={Ellipsis} actions={actions} />
          </Sample>
          <Sample title={t("widgets.sample_swipe")}>
            <div className="card">
              <SwipeRow name={t("widgets.sample_row")} actions={actions}>
                <div className="line">{t("widgets.sample_row")}</div>
              </SwipeRow>
            </div>
          </Sample>
          <SampleForms onLast={setLast} />
          <SampleViewer />
          <Sample title={t("widgets.sample_steps")}>
            <Steps
              label={t("widgets.sample_steps")}
              steps={[
                t("widgets.sample_step_one"),
                t("widgets.sample_step_two"),
                t("widgets.sample_step_three"),
              ]}
              at={1}
            />
          </Sample>
          <Sample title={t("widgets.sample_avatars")}>
            <div className="choice">
              <Avatar id="@lin" name="Lin" large />
              <GroupAvatar members={["K", "🍜", "S", "Y"].map((name) => ({ id: name, name }))} large />
              <Avatar id="@kai" name="Kai" />
              <GroupAvatar members={["M", "D", "L"].map((name) => ({ id: name, name }))} />
              <Avatar id="@ana" name="安娜" small />
            </div>
          </Sample>
          <Sample title={t("widgets.sample_qr")}>
            <QrCode
              content="https://courtyard.example/contacts/@lin:example.org"
              label={t("widgets.sample_qr")}
            />
          </Sample>
          <Sample title={t("widgets.sample_skeleton")}>
            <SkeletonRows count={3} />
          </Sample>
          <Sample title={t("widgets.sample_result")}>
            <Result kind="good" title={t("widgets.sample_result_title")} />
          </Sample>
        </main>
      </PullToRefresh>
      <TabBar
        at="/me/widgets"
        label="TabBar"
        tabs={[
          { href: "/chats", label: t("tabs.chats"), icon: MessageCircle, unread: 120 },
          { href: "/me/widgets", label: t("widgets.sample_tabs"), icon: Compass },
        ]}
      />
    </>
  );
}

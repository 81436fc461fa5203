import i18n from "i18next";
import { Component, type ErrorInfo, type ReactNode } from "react";
import { Main } from "../widgets/Main";
import { Result } from "../widgets/Result";
import { isUnfetched } from "./words";

interface BoundaryProps {
  children: ReactNode;
  /** It holds one page: the rest of the app goes on, and there is a way to it. */
  isPage?: boolean;
}

interface BoundaryState {
  readonly failed: boolean;
  /** A part of the client could not be fetched. */
  readonly isUnfetched: boolean;
}

/** The last resort: a fault of ours becomes a page that says so and lets people go on. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: false, isUnfetched: false };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failed: true, isUnfetched: isUnfetched(error) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // Where a developer looks; nothing is sent anywhere.
    reportError(new Error(`${error.message} ${info.componentStack ?? ""}`, { cause: error }));
  }

  override render(): ReactNode {
    const { failed, isUnfetched } = this.state;
    if (!failed) return this.props.children;
    const leads = this.props.isPage && !isUnfetched;
    const what = (
      <Result
        kind="bad"
        title={i18n.t("errors.title")}
        text={i18n.t(isUnfetched ? "errors.offline" : "errors.ours")}
        action={i18n.t(leads ? "errors.to_chats" : "errors.retry")}
        onAction={() => (leads ? location.assign("/chats") : location.reload())}
      />
    );
    return this.props.isPage ? <Main className="scroll">{what}</Main> : <div className="app">{what}</div>;
  }
}

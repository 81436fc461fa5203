import i18n from "i18next";
import { Component, type ErrorInfo, type ReactNode } from "react";
import { Result } from "../widgets/Result";

/** The last resort: a fault of ours becomes a page that says so and lets people go on. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // Where a developer looks; nothing is sent anywhere.
    reportError(new Error(`${error.message} ${info.componentStack ?? ""}`, { cause: error }));
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="app">
        <Result
          kind="bad"
          title={i18n.t("errors.title")}
          text={i18n.t("errors.server")}
          action={i18n.t("errors.retry")}
          onAction={() => location.reload()}
        />
      </div>
    );
  }
}

import "./shell/tokens.css";
import "./shell/base.css";
import "./shell/forced.css";
import "./widgets/widgets.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { askEarly } from "./protocol/early";
import { keptSession } from "./protocol/login";
import { App } from "./shell/App";
import { fetchAhead } from "./shell/ahead";
import { startLanguage } from "./shell/i18n";
import { startInstall } from "./shell/install";
import { startTheme } from "./shell/theme";

performance.mark("first scripts ready");
const session = keptSession();
if (session !== null) {
  fetchAhead();
  askEarly(session, false);
}
startTheme();
startInstall();
await startLanguage();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

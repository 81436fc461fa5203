/** The title of the document: what the page is called, and how much is unread; the number on the app's own icon with it. */
import i18n from "i18next";

let page = "";
let unread = 0;

function show(): void {
  const name = i18n.t("app.name");
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${page === "" ? name : `${page} · ${name}`}`;
}

export function titlePage(called: string): void {
  page = called;
  show();
}

export function titleUnread(count: number): void {
  unread = count;
  show();
  // Where there is no icon, there is no number: nothing is lost.
  if ("setAppBadge" in navigator) navigator.setAppBadge(count).catch(() => undefined);
}

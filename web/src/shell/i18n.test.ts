// @vitest-environment jsdom
import { expect, it } from "vitest";
import { speak, startLanguage } from "./i18n";

it("has the browser install the app in the language that is spoken, from the start and after a change", async () => {
  document.head.innerHTML = '<link rel="manifest" href="/manifest.webmanifest">';
  const named = () => document.querySelector("link")?.getAttribute("href");
  localStorage.setItem("courtyard.language", "zh-CN");
  await startLanguage();
  expect([document.documentElement.lang, named()]).toEqual(["zh-CN", "/manifest.zh-CN.webmanifest"]);
  await speak("en");
  expect([document.documentElement.lang, named()]).toEqual(["en", "/manifest.webmanifest"]);
  await speak("zh-CN");
  expect([document.documentElement.lang, named()]).toEqual(["zh-CN", "/manifest.zh-CN.webmanifest"]);
});

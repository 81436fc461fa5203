/** Light, dark, or as the device is. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The background of each, as `tokens.css` has it. */
const BARS = { light: "#f6f5f1", dark: "#121412" } as const;

const KEPT = "courtyard.theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

export function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Return what a choice means on a device. */
export function effective(theme: Theme, deviceIsDark: boolean): "light" | "dark" {
  if (theme === "system") return deviceIsDark ? "dark" : "light";
  return theme;
}

export function showTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  const shown = effective(theme, dark().matches);
  document.documentElement.dataset["theme"] = shown;
  // The browser's own bars go along with what is chosen here, and not with the device.
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    bar.content = BARS[shown];
}

/** Show the kept choice, and follow the device while it says so. */
export function startTheme(): void {
  showTheme(keptTheme());
  dark().addEventListener("change", () => showTheme(keptTheme()));
}

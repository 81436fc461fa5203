/** Light, dark, or as the device is. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

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
  document.documentElement.dataset["theme"] = effective(theme, dark().matches);
}

/** Show the kept choice, and follow the device while it says so. */
export function startTheme(): void {
  showTheme(keptTheme());
  dark().addEventListener("change", () => showTheme(keptTheme()));
}

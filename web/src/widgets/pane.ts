/** What is drawn is the page, or stands beside it: a document has one title and one main part. */
import { createContext, useContext } from "react";

export const PaneContext = createContext<"page" | "side">("page");

export function useIsSide(): boolean {
  return useContext(PaneContext) === "side";
}

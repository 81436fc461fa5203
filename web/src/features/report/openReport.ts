/** Report something from anywhere: `openReport({ kind: "message", roomId, eventId })`. The sheet is always there (`ReportSheet`). */
import { newBoard } from "../../shell/board";

export type Subject =
  | { readonly kind: "message"; readonly roomId: string; readonly eventId: string }
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "room"; readonly roomId: string };

/** `openReport` begins to report something; null closes the sheet. */
export const { put: openReport, use: useOpenReport } = newBoard<Subject | null>(null);

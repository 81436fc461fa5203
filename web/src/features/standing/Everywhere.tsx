import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../shell/queries";
import { ReportSheet } from "../report/ReportSheet";
import { RefusalSheet } from "./RefusalSheet";
import { useConductNews, useToldLanguage } from "./useConduct";

/** What has to be there on every page: refusals are explained, anything can be reported, and news about one's standing are seen. */
export function Everywhere({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queries}>
      <News />
      {children}
      <RefusalSheet />
      <ReportSheet />
    </QueryClientProvider>
  );
}

function News() {
  useConductNews();
  useToldLanguage();
  return null;
}

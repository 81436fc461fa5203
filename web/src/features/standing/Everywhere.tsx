import { ReportSheet } from "../report/ReportSheet";
import { RefusalSheet } from "./RefusalSheet";
import { useConductNews, useToldLanguage } from "./useConduct";

/** What has to be there on every page: refusals are explained, anything can be reported, and news about one's standing are seen. */
export function Everywhere() {
  useConductNews();
  useToldLanguage();
  return (
    <>
      <RefusalSheet />
      <ReportSheet />
    </>
  );
}

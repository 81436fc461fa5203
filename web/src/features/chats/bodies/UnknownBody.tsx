import { useTranslation } from "react-i18next";
import { textOf } from "../../../model/said";
import type { BodyProps } from "./body";
import { Words } from "./Words";

/** A kind of message that this app does not know: what its writer put there for such cases, and that it is more. */
export function UnknownBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const text = textOf(said.content);
  return (
    <>
      {text !== "" && <Words text={text} mentions={undefined} />}
      <span className="aside">{t("talk.unknown")}</span>
    </>
  );
}

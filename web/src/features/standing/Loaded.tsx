import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "../../protocol/http";
import { Result } from "../../widgets/Result";
import { Waiting } from "../../widgets/Waiting";
import { unreadWords } from "./failure";

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** What is said when the server knows no such thing. */
  gone?: string;
  children: (data: T) => ReactNode;
}

/** What the server answered; until then that it is awaited, and what to do when there is no answer. */
export function Loaded<T>({ query, gone, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Waiting />;
  const { error } = query;
  if (gone !== undefined && error instanceof Refused && error.status === 404) {
    return <Result kind="plain" title={gone} />;
  }
  return (
    <Result
      kind="bad"
      title={t("errors.title")}
      text={unreadWords(error, t)}
      action={t("errors.retry")}
      onAction={() => void query.refetch()}
    />
  );
}

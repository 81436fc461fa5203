import type { ReactNode } from "react";

/** One widget on the page of all widgets, under its name. */
export function Sample({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="field">
      <h2 className="muted">{title}</h2>
      {children}
    </section>
  );
}

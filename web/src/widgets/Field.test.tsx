// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { Field } from "./Field";

afterEach(cleanup);

it("keeps a phone's keyboard from changing names and keys, and lets it help with sentences", () => {
  render(
    <>
      <Field label="Key" verbatim />
      <Field label="Words" />
    </>,
  );
  const of = (label: string) =>
    ["autocapitalize", "autocorrect", "spellcheck"].map((name) =>
      screen.getByLabelText(label).getAttribute(name),
    );
  expect(of("Key")).toEqual(["none", "off", "false"]);
  expect(of("Words")).toEqual([null, null, null]);
});

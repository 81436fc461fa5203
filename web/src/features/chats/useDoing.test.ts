// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Said } from "../../model/said";
import type { Doing } from "./Composer";
import { useDoing } from "./useDoing";

const on = (kind: "reply" | "edit", id: string): NonNullable<Doing> => ({ kind, said: { id } as Said });

it.each([on("edit", "$other"), on("reply", "$other"), on("reply", "$one")])(
  "gives up a half-written wording for something else only when that is wanted: %j",
  (other) => {
    const { result } = renderHook(useDoing);
    act(() => result.current.write(on("edit", "$one")));
    act(() => result.current.onHalfWritten(true));
    act(() => result.current.write(other));
    expect(result.current).toMatchObject({ doing: on("edit", "$one"), isAsked: true });
    act(() => result.current.goOn());
    expect(result.current).toMatchObject({ doing: on("edit", "$one"), isAsked: false });
    act(() => result.current.write(other));
    act(() => result.current.giveUp());
    expect(result.current).toMatchObject({ doing: other, isAsked: false });
  },
);

it("asks nothing where nothing was changed, and of the same one", () => {
  const { result } = renderHook(useDoing);
  act(() => result.current.write(on("edit", "$one")));
  act(() => result.current.write(on("edit", "$other")));
  expect(result.current).toMatchObject({ doing: on("edit", "$other"), isAsked: false });
  act(() => result.current.onHalfWritten(true));
  const before = result.current.focusAt;
  act(() => result.current.write(on("edit", "$other")));
  expect(result.current).toMatchObject({ isAsked: false, focusAt: before + 1 });
});

// @vitest-environment jsdom
import { act, cleanup, render } from "@testing-library/react";
import { Heading } from "react-aria-components/Heading";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeCloseWatcher, newPage, systemBack } from "../../widgets/closeWatcher.fixture";
import { CallSheet } from "./CallSheet";

beforeEach(() => {
  newPage();
  vi.stubGlobal("CloseWatcher", FakeCloseWatcher);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("takes a phone's Back: no answer to what rings, a call is drawn in, what is over goes", () => {
  const desk = { update: vi.fn(), close: vi.fn() };
  const sheet = (view: "ringing" | "call" | "over") => (
    <CallSheet view={view} desk={desk}>
      <Heading slot="title">A call</Heading>
    </CallSheet>
  );
  const { rerender } = render(sheet("ringing"));
  const back = () => act(() => void expect(systemBack()).toBe(true));
  back();
  back();
  expect(desk.update).not.toHaveBeenCalled();
  expect(desk.close).not.toHaveBeenCalled();

  rerender(sheet("call"));
  back();
  expect(desk.update).toHaveBeenCalledExactlyOnceWith({ isSmall: true });
  expect(desk.close).not.toHaveBeenCalled();

  rerender(sheet("over"));
  back();
  expect(desk.close).toHaveBeenCalledOnce();
});

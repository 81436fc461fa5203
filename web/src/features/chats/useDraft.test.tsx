// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useDraft } from "./useDraft";

const TARGET = { roomId: "!room:courtyard.test", threadId: null, replyTo: null };
const ANN = { userId: "@ann:courtyard.test", name: "Ann" };
const MEI = { userId: "@mei:courtyard.test", name: "梅" };

afterEach(() => {
  cleanup();
  localStorage.clear();
});

it("keeps whom a draft names while its page is left", () => {
  const first = renderHook(() => useDraft(TARGET, null));
  act(() => first.result.current.mention(ANN));
  act(() => first.result.current.write("hi @Ann "));
  first.unmount();
  const again = renderHook(() => useDraft(TARGET, null));
  expect(again.result.current.text).toBe("hi @Ann ");
  expect(again.result.current.mentioned()).toEqual([ANN]);
  act(() => again.result.current.write(""));
  expect(again.result.current.mentioned()).toEqual([]);
  expect(localStorage.length).toBe(0);
});

it("begins another wording with those whom it names, and leaves the draft as it is", () => {
  const { result, rerender } = renderHook(({ edited }) => useDraft(TARGET, edited), {
    initialProps: { edited: null as Parameters<typeof useDraft>[1] },
  });
  act(() => result.current.mention(ANN));
  act(() => result.current.write("hi @Ann "));
  rerender({ edited: { id: "$said", text: "tea, @梅?", mentioned: [MEI] } });
  expect(result.current.text).toBe("tea, @梅?");
  expect(result.current.mentioned()).toEqual([MEI]);
  act(() => result.current.write(""));
  rerender({ edited: null });
  expect(result.current.text).toBe("hi @Ann ");
  expect(result.current.mentioned()).toEqual([ANN]);
});

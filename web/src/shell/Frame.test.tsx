// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { Frame } from "./Frame";

afterEach(cleanup);

function Counted() {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count}
    </button>
  );
}

it("goes on with the same page when the list comes beside it, and when it goes", () => {
  const frame = (isWide: boolean) => (
    <Frame side={isWide ? <p>the list</p> : null} place="/chats">
      <Counted />
    </Frame>
  );
  const { rerender } = render(frame(false));
  fireEvent.click(screen.getByRole("button"));
  for (const isWide of [true, false]) {
    rerender(frame(isWide));
    expect(screen.queryByText("the list") !== null).toBe(isWide);
    expect(screen.getByRole("button").textContent).toBe("1");
  }
});

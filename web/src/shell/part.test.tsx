// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ComponentType } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { ComingHere, ComingOver } from "./Coming";
import { ComingByItself, part } from "./part";

afterEach(cleanup);

interface Named {
  name: string;
}

function Greeting({ name }: Named) {
  return <p>{`hello ${name}`}</p>;
}

const failing = async (): Promise<never> => {
  throw new TypeError("Failed to fetch dynamically imported module");
};

it("is fetched once, when it is first shown", async () => {
  const load = vi.fn(async () => Greeting);
  const Part = part<Named>(load, ComingHere);
  expect(load).not.toHaveBeenCalled();
  render(<Part name="alice" />);
  await screen.findByText("hello alice");
  render(<Part name="bob" />);
  screen.getByText("hello bob");
  expect(load).toHaveBeenCalledOnce();
});

it("fails in its own place, and is fetched again there", async () => {
  const load = vi
    .fn<() => Promise<ComponentType<Named>>>(async () => Greeting)
    .mockImplementationOnce(failing);
  const Part = part<Named>(load, ComingHere);
  render(
    <>
      <p>the rest</p>
      <Part name="alice" />
    </>,
  );
  await screen.findByText("widgets.part_missing");
  screen.getByText("the rest");
  fireEvent.click(screen.getByText("errors.retry"));
  await screen.findByText("hello alice");
  expect(screen.queryByText("widgets.part_missing")).toBeNull();
});

it("can be closed where it would lie over the page", async () => {
  const onClose = vi.fn();
  const Part = part<Named>(failing, (coming) => (
    <ComingOver title="Greeting" onClose={onClose} {...coming} />
  ));
  render(<Part name="alice" />);
  await screen.findByText("widgets.part_missing");
  fireEvent.click(screen.getByLabelText("widgets.close"));
  expect(onClose).toHaveBeenCalledOnce();
});

it("comes by itself with the connection, where nobody has asked for it", async () => {
  const load = vi
    .fn<() => Promise<ComponentType<Named>>>(async () => Greeting)
    .mockImplementationOnce(failing);
  const Part = part<Named>(load, ComingByItself);
  const { container } = render(<Part name="alice" />);
  await act(async () => undefined);
  expect(container.textContent).toBe("");
  await act(async () => void window.dispatchEvent(new Event("online")));
  screen.getByText("hello alice");
});

it("is shown at once when it was fetched for something else", async () => {
  const load = vi
    .fn<() => Promise<ComponentType<Named>>>(async () => Greeting)
    .mockImplementationOnce(failing);
  const Part = part<Named>(load, ComingByItself);
  render(<Part name="alice" />);
  await act(async () => undefined);
  await act(() => Part.fetch());
  screen.getByText("hello alice");
});

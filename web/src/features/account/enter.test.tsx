// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { speak, startLanguage } from "../../shell/i18n";
import { Enter } from "./Enter";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ["en", "up", "Create account", "Courtyard (computer)"],
  ["zh-CN", "in", "登录", "庭院（电脑）"],
] as const)("names the device in the language that is spoken: %s", async (language, way, words, name) => {
  const asked = vi.fn(async (_: string, { body }: { body: string }) => {
    expect(JSON.parse(body)).toMatchObject({ initial_device_display_name: name });
    return new Response(JSON.stringify({ user_id: "@a:here", device_id: "A", access_token: "token" }));
  });
  vi.stubGlobal("fetch", asked);
  await startLanguage();
  await speak(language);
  const onEnter = vi.fn();
  render(<Enter way={way} onEnter={onEnter} onBack={() => undefined} />);
  for (const field of document.querySelectorAll("input")) {
    await act(async () => fireEvent.change(field, { target: { value: "alice" } }));
  }
  await act(async () => fireEvent.click(screen.getByRole("button", { name: words })));
  await vi.waitFor(() => expect(onEnter).toHaveBeenCalledOnce());
  expect(asked).toHaveBeenCalledOnce();
});

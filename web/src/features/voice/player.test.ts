// @vitest-environment jsdom
import { expect, it, vi } from "vitest";

it("rests when a film or a call begins to sound, and not for one without sound", async () => {
  const pause = vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(() => undefined);
  await import("./player");
  const film = document.createElement("video");
  document.body.append(film);
  film.muted = true;
  film.dispatchEvent(new Event("play"));
  expect(pause).not.toHaveBeenCalled();
  film.muted = false;
  film.dispatchEvent(new Event("play"));
  expect(pause).toHaveBeenCalledOnce();
});

// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { ConnectionError, type MatrixClient, MatrixError } from "matrix-js-sdk";
import { createElement, type ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { ClientContext } from "../../shell/client";
import { isClosed, useSummary } from "./useSummary";

afterEach(cleanup);
const VIA: string[] = [];

it("tells a group that is closed from a server that did not answer, and asks again", async () => {
  const answers = [new ConnectionError("offline"), new MatrixError({ errcode: "M_FORBIDDEN" }, 403), null];
  const client = {
    getRoomSummary: async () => {
      const failure = answers.shift();
      if (failure) throw failure;
      return { room_id: "!group" };
    },
  } as unknown as MatrixClient;
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(ClientContext, { value: client }, children);
  const { result } = renderHook(() => useSummary("!group", VIA), { wrapper });
  await waitFor(() => expect(result.current.failure).toBeInstanceOf(ConnectionError));
  expect(isClosed(result.current.failure)).toBe(false);
  act(() => result.current.again());
  expect(result.current.failure).toBeNull();
  await waitFor(() => expect(isClosed(result.current.failure)).toBe(true));
  act(() => result.current.again());
  await waitFor(() => expect(result.current.summary?.room_id).toBe("!group"));
});

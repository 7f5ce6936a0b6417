import type { LineState } from "@healthbridge/client-sdk/realtime";
import { Shown } from "@healthbridge/example-design/shell";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { useOthers } from "../src/chat/use-others.ts";

const CONVERSATION = "conversationcon.1";
const root = document.createElement("div");

async function turn(visibility: DocumentVisibilityState): Promise<void> {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  await act(() => void document.dispatchEvent(new Event("visibilitychange")));
}

test("says that she looks at a conversation while the page is seen, and no longer", async () => {
  const said: boolean[] = [];
  const line = {
    state: new Shown<LineState>("live"),
    onWhisper: () => () => undefined,
    present: (_: string, here = true) => void said.push(here),
    typing: () => undefined,
  };
  function Conversation(): null {
    useOthers(line, CONVERSATION, undefined);
    return null;
  }
  await act(() => render(h(Conversation, {}), root));
  await turn("hidden");
  line.state.set("connecting");
  line.state.set("live");
  await turn("visible");
  await act(() => render(null, root));
  expect(said).toEqual([true, false, false, true, false]);
  await turn("hidden");
  expect(said).toHaveLength(5);
});

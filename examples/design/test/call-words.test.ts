import type { CallState, CallView } from "@healthbridge/client-sdk/calls";
import { describe, expect, test } from "vitest";
import { helpOf, wordsOf } from "../src/calls/call-words.ts";
import { en } from "../src/calls/texts/en.ts";
import { hi } from "../src/calls/texts/hi.ts";
import { sw } from "../src/calls/texts/sw.ts";

const name = { call: "a1b2c3d4", conversation: "Y29udmVyc2F0aW9u.1" };
const other = { by: "cGF0aWVudHBhdGll.1", from: "line-of-her" };
const offered = { ...other, offer: "offer", ways: [] };
const ended = (why: Extract<CallState, { is: "ended" }>["why"]) => ({ ...name, is: "ended", why }) as const;
const view = (state: CallState, more: Partial<CallView> = {}): CallView => ({
  state,
  muted: false,
  own: undefined,
  remote: undefined,
  pictures: false,
  relay: true,
  noCamera: false,
  ...more,
});

describe("what is said of a call", () => {
  test("is another thing in each state, and for each end", () => {
    const states = [
      { ...name, is: "opening" },
      { ...name, is: "calling", offer: "offer", tries: 1 },
      { ...name, ...offered, is: "ringing" },
      { ...name, ...other, is: "connecting" },
      { ...name, ...other, is: "talking", weak: false },
      { ...name, ...other, is: "talking", weak: true },
      ...(
        ["over", "declined", "busy", "unanswered", "missed", "elsewhere", "lost", "microphone"] as const
      ).map(ended),
    ] as const;
    const words = states.map((state) => en[wordsOf(state)]);
    expect(new Set(words).size).toBe(states.length);
  });

  test("names what is missing: a microphone, leave to use it, a relay, a camera", () => {
    expect(helpOf(view({ ...name, ...offered, is: "ringing", trouble: "missing" }))).toBe("helpMissing");
    expect(helpOf(view({ ...ended("microphone"), trouble: "denied" }))).toBe("helpDenied");
    expect(helpOf(view({ ...name, ...other, is: "connecting" }, { relay: false }))).toBe("helpNoRelay");
    expect(helpOf(view({ ...name, ...other, is: "talking", weak: false }, { noCamera: true }))).toBe(
      "helpNoCamera",
    );
  });

  test("says what to do where nobody could be reached, and nothing where all is well", () => {
    expect([
      helpOf(view(ended("lost"))),
      helpOf(view(ended("unanswered"))),
      helpOf(view(ended("over"))),
    ]).toEqual(["helpLost", "helpWrite", undefined]);
    expect(helpOf(view({ ...name, ...other, is: "connecting" }))).toBeUndefined();
  });

  test.each([
    ["Swahili", sw],
    ["Hindi", hi],
  ])("is said in %s with the same holes", (_, catalogue) => {
    const holes = (text: unknown) =>
      String(text)
        .match(/\{\w+\}/g)
        ?.toSorted() ?? [];
    for (const [key, text] of Object.entries(en))
      expect([key, holes(Reflect.get(catalogue, key))]).toEqual([key, holes(text)]);
  });
});

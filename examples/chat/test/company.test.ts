import type { Whisper } from "@healthbridge/client-sdk/realtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Company, type TalkLine } from "../src/company.ts";

const [HERE, ELSEWHERE, OTHER] = ["AAAAAAAAAAAAAAAA.1", "AAAAAAAAAAAAAAAA.2", "BBBBBBBBBBBBBBBB.7"];

/** A line by hand, and what was said on it. */
function handLine() {
  const said: string[] = [];
  let whisper: (whisper: Whisper) => void = () => undefined;
  let becomes: (state: "live" | "connecting" | "off") => void = () => undefined;
  const line: TalkLine = {
    typing: (conversation) => said.push(`typing ${conversation}`),
    present: (conversation, here) => said.push(`${here === false ? "away" : "here"} ${conversation}`),
    onWhisper: (listener) => {
      whisper = listener;
      return () => undefined;
    },
    state: {
      get: () => "live",
      subscribe: (listener) => {
        becomes = listener;
        return () => undefined;
      },
    },
  };
  const hear = (does: Whisper["does"], conversation = HERE): void => {
    whisper({ conversation, by: OTHER, does });
  };
  return { line, said, hear, become: (state: "live" | "connecting"): void => becomes(state) };
}

describe("who else is there", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is said of the conversation that is open, and typing ends by itself", () => {
    const { line, hear } = handLine();
    let changes = 0;
    const company = new Company(line, () => (changes += 1));
    company.look(HERE);
    hear("typing", ELSEWHERE);
    expect([company.words(), changes]).toEqual(["", 0]);
    hear("here");
    expect(company.words()).toBe("somebody else is here");
    hear("typing");
    expect(company.words()).toBe("somebody is typing …");
    vi.advanceTimersByTime(5_000);
    expect([company.words(), changes]).toEqual(["somebody else is here", 3]);
    hear("away");
    expect(company.words()).toBe("");
  });

  it("hears where the one here looks, and that she types, not more than every two seconds", () => {
    const { line, said } = handLine();
    const company = new Company(line, () => undefined);
    company.types();
    expect(said).toEqual([]);
    company.look(HERE);
    company.types();
    company.types();
    vi.advanceTimersByTime(2_000);
    company.types();
    company.look(ELSEWHERE);
    company[Symbol.dispose]();
    expect(said).toEqual([
      `here ${HERE}`,
      `typing ${HERE}`,
      `typing ${HERE}`,
      `away ${HERE}`,
      `here ${ELSEWHERE}`,
      `away ${ELSEWHERE}`,
    ]);
  });

  it("is not known without a line, and said anew on another", () => {
    const { line, said, hear, become } = handLine();
    const company = new Company(line, () => undefined);
    company.look(HERE);
    hear("here");
    become("connecting");
    expect(company.words()).toBe("");
    become("live");
    expect(said).toEqual([`here ${HERE}`, `here ${HERE}`]);
  });
});

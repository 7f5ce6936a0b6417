import { describe, expect, it } from "vitest";
import { readCommand } from "../src/commands.ts";

describe("what is typed", () => {
  it.each([
    ["", true, { do: "nothing" }],
    ["She drinks.", true, { do: "send", text: "She drinks." }],
    ["//2 tablets or 4?", true, { do: "send", text: "/2 tablets or 4?" }],
    ["wanjiru", false, { do: "open", who: "wanjiru" }],
    ["  3 ", false, { do: "open", who: "3" }],
    ["/open 3", true, { do: "open", who: "3" }],
    ["/open", true, { do: "list" }],
    ["/list", true, { do: "list" }],
    ["/search  high fever", true, { do: "search", text: "high fever" }],
    ["/withdraw 12", true, { do: "withdraw", number: 12 }],
    ["/withdraw", true, { do: "withdraw", number: undefined }],
    ["/hand-over Dr Jane Ekai", true, { do: "handOver", doctor: "Dr Jane Ekai" }],
    ["/attach the rash.jpg", true, { do: "attach", path: "the rash.jpg" }],
    ['/attach "the rash.jpg"', true, { do: "attach", path: "the rash.jpg" }],
    ["/save 12", true, { do: "save", number: 12, folder: undefined }],
    ["/save 12 my photos", true, { do: "save", number: 12, folder: "my photos" }],
    ["/older", true, { do: "older" }],
    ["/quit", false, { do: "quit" }],
  ])("“%s” (a conversation is open: %s) is understood", (line, open, command) => {
    expect(readCommand(line, open)).toEqual(command);
  });

  it.each([
    ["/search", "/search fever"],
    ["/withdraw that", "/withdraw 12"],
    ["/attach", "/attach rash.jpg"],
    ["/save that", "/save 12"],
    ["/hand-over", "/hand-over Dr Jane Ekai"],
    ["/cloze", "“/cloze” is no command"],
  ])("“%s” is answered with what to write", (line, words) => {
    expect(readCommand(line, true)).toEqual({ do: "wrong", words: expect.stringContaining(words) });
  });
});

import { HealthBridgeError } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { reportFailure } from "../src/report-failure.ts";
import type { Terminal } from "../src/terminal.ts";

test("who is signed out in another window in the middle of a command is told to sign in and go on", () => {
  const warned: string[] = [];
  const terminal: Terminal = {
    env: {},
    interactive: false,
    columns: 80,
    signal: new AbortController().signal,
    say: () => undefined,
    warn: (line) => warned.push(line),
    draw: () => undefined,
    askSecret: () => Promise.resolve(""),
  };
  expect(reportFailure(new HealthBridgeError("not_signed_in"), terminal)).toBe(4);
  expect(warned.join(" ")).toContain("sign in and run the same command again");
});

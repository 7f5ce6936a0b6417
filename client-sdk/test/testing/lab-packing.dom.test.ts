import { expect, test } from "vitest";
import { createLab } from "../../src/testing/index.ts";

// Apart from other files: the clock that most of them use watches the platform's packing as well, for as long as it is loaded.

test("a lab gives the platform its packing back when it is closed", async () => {
  const before = globalThis.CompressionStream;
  const [one, two] = [createLab(), createLab()];
  expect(globalThis.CompressionStream).not.toBe(before);
  await one.close();
  expect(globalThis.CompressionStream).not.toBe(before);
  await two.close();
  expect(globalThis.CompressionStream).toBe(before);
});

test("a lab is closed at the end of its block", async () => {
  const before = globalThis.CompressionStream;
  {
    await using lab = createLab();
    await lab.device();
  }
  expect(globalThis.CompressionStream).toBe(before);
});

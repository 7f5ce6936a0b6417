import { expect, test } from "vitest";
import { run } from "./run-protocol-examples.ts";

// Each call starts a process of its own, which takes longer than all the rest.
test("the protocol reference is run where there is no curl, too", async () => {
  const { shown, printed } = await run("fetch");
  expect(printed).toEqual(shown);
});

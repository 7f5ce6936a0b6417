import { expect, test, vi } from "vitest";
import { phone } from "./support/phone.ts";

/** A part of the app that does not come for as long as the line stalls. */
const stalled = vi.hoisted(() => Promise.withResolvers<object>());
vi.mock("@healthbridge/client-sdk/documents", () => stalled.promise);

test("an app is locked at once, whatever of it is still on its way; this page speaks plain HTTP again", async () => {
  const { additions, late } = await phone();
  const use = vi.spyOn(late, "use");
  const opening = additions.documents().catch((error: unknown) => error);
  await additions.close();
  expect(String(await opening)).toContain("closed");
  expect(use.mock.calls).toEqual([[undefined]]);
  await expect(additions.documents()).rejects.toThrow("closed");
  stalled.resolve({});
});

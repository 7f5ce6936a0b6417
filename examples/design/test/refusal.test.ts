import { HealthBridgeError } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { brokenWords, refusalOf } from "../src/shell/refusal.ts";

test("an error of the SDK is known by its code, any other by its name and never by its text", () => {
  expect(refusalOf(new HealthBridgeError("rate_limited", { retryAfter: 500 }))).toEqual({
    code: "rate_limited",
    waitMs: 500,
  });
  const fetched = new TypeError("Failed to fetch dynamically imported module: https://x.test/inside-1.js");
  expect(refusalOf(fetched)).toEqual({ code: "TypeError" });
  expect(refusalOf("closed")).toEqual({ code: "internal" });
});

test("where nothing can be shown the words say what to do, and a code stands below only where they cannot", () => {
  expect(brokenWords("vault_unavailable")).toEqual({ lead: "needsHttps", code: undefined });
  expect(brokenWords("store_full")).toEqual({ lead: "brokenFull", code: undefined });
  expect(brokenWords("store_blocked")).toEqual({ lead: "brokenLead", code: "store_blocked" });
  expect(brokenWords("TypeError")).toEqual({ lead: "notNow", code: "TypeError" });
});

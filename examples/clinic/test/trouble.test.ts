import { expect, test } from "vitest";
import { fileTroubleInWords, troubleInWords } from "../src/parts/trouble.ts";

test("what she can do something about is said in plain words, without a code", () => {
  const known = ["store_full", "store_locked", "store_blocked", "malformed", "not_signed_in"];
  for (const code of known) expect(troubleInWords(code)).not.toMatch(/_|malformed|\{/);
  for (const code of [...known, "passphrase_wrong", "file_damaged", "vault_unavailable"])
    expect(fileTroubleInWords(code)).not.toMatch(/_|malformed|\{/);
});

test("what only whoever helps her can make something of has its code", () => {
  expect(troubleInWords("store_failed")).toMatch(/tell whoever helps you: store_failed/);
  expect(fileTroubleInWords("internal")).toMatch(/tell whoever helps you: internal/);
});

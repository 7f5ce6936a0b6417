import { expect, test } from "vitest";
import { withoutSecrets } from "../../src/devtools/without-secrets.ts";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbWluYSJ9.c2lnbmF0dXJl";

test("hides what could be used to sign in, by its name and wherever it lies", () => {
  const seen = {
    session: { accessToken: TOKEN, refreshToken: "r1", nonce: "n1", account: { login: "amina" } },
    keys: { p256dh: "abc", auth: "def" },
    list: [{ password: "seven goats" }],
  };
  expect(withoutSecrets(seen)).toEqual({
    session: {
      accessToken: "(hidden)",
      refreshToken: "(hidden)",
      nonce: "(hidden)",
      account: { login: "amina" },
    },
    keys: { p256dh: "(hidden)", auth: "(hidden)" },
    list: [{ password: "(hidden)" }],
  });
});

test("hides a signed token inside of any text", () => {
  expect(withoutSecrets({ detail: `Bearer ${TOKEN} was refused` })).toEqual({
    detail: "Bearer (hidden) was refused",
  });
});

test("leaves everything else as it is", () => {
  const seen = {
    id: "patientpatientpa.1",
    at: 5,
    none: undefined,
    all: [null, true, "2026-11-23T16:00+03:00"],
  };
  expect(withoutSecrets(seen)).toEqual(seen);
});

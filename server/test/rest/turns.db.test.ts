import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { AccountTurns } from "../../src/http/account-turns.ts";
import { idOf, person, restApp } from "./rest-app.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
afterAll(() => pool.close());

const READS = [
  ["a search for doctors", "GET", "/v1/doctors?near=1,37&withinKm=500&sort=nextFree", undefined],
  ["a list", "GET", "/v1/appointments", undefined],
  ["a search in messages", "POST", "/v1/messages/search", { text: "fever" }],
] as const;

test.each(READS)(
  "%s waits for the account's others, and for nobody else's",
  async (_, method, path, body) => {
    const ask = restApp({ pool, turns: new AccountTurns({ atOnce: 1, waiting: 0 }) });
    const one = person("patient");
    const other = person("patient", { account: idOf(2, "accountOfNobody_") });
    const asking = body === undefined ? {} : { body };
    const answers = await Promise.all([one, one, other].map((who) => ask(who, method, path, asking)));
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 200]);
  },
);

test.each(READS)("%s is not made for whoever has hung up before her turn", async (_, method, path, body) => {
  const ask = restApp({ pool, turns: new AccountTurns({ atOnce: 1, waiting: 9 }) });
  const asking = body === undefined ? {} : { body };
  const left = { ...asking, signal: AbortSignal.abort() };
  const answers = await Promise.all(
    [asking, left, asking].map((each) => ask(person("patient"), method, path, each)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 200]);
});

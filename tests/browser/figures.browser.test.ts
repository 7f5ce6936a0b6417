/** What the apps cost on a 2G line, and how soon they can be used. `npm run bench -- apps` measures the same. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { APPS } from "./support/apps.ts";
import { measureApp, SHELL_BOUND_MS, tellFigures } from "./support/figures.ts";
import { openSite, type Site } from "./support/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

test.each(APPS)(
  "the %s app, opened again on a 2G line, can be used in under a second",
  async (app) => {
    const figures = await measureApp(site, app);
    console.log(tellFigures(figures));
    expect(figures.again.medianShellMs).toBeLessThan(SHELL_BOUND_MS);
  },
  240_000,
);

import axe from "axe-core";
import type { Page } from "playwright-core";

type Axe = typeof axe;

declare global {
  /** In the page, once its source has run there. */
  var axe: Axe;
}

/** Not part of what axe checks unless it is asked for: buttons that a thumb can hit (WCAG 2.2, 2.5.8). */
const RULES = { "target-size": { enabled: true } };

/** What axe finds wrong on a page as it is now, in light and in dark: a line for each element. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (rules) => globalThis.axe.run(document, { resultTypes: ["violations"], rules }),
      RULES,
    );
    for (const { id, help, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${colorScheme}: ${id} at ${target.join(" ")}: ${help}. ${failureSummary ?? ""}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}

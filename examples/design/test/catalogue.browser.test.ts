import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
};
const PAGES = [
  "controls",
  "surfaces",
  "surfaces/dialog",
  "screens/people",
  "screens/signIn",
  "screens/pin",
  "screens/lock",
];

let folder = "";
let server: Server;
let chromium: RunningChromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hb-catalogue-"));
  const outDir = join(folder, "page");
  const root = join(import.meta.dirname, "../catalogue");
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "silent", build: { outDir } });
  server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "/";
    response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
    readFile(join(outDir, path === "/" ? "index.html" : path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  chromium = await startChromium(join(folder, "profile"));
});

afterAll(async () => {
  await chromium.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
  readonly tooWide: number;
}

interface Phone {
  readonly page: string;
  readonly language: string;
  readonly colorScheme?: "light" | "dark";
  readonly height?: number;
}

/** Shows a page of the catalogue on a narrow phone. */
async function onPhone<T>(
  { page, language, colorScheme = "light", height = 800 }: Phone,
  look: (tab: Page) => Promise<T>,
): Promise<T> {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const context = await chromium.browser.newContext({
    viewport: { width: 320, height },
    colorScheme,
    reducedMotion: "reduce",
  });
  try {
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${String(port)}/?language=${language}#${page}`);
    await tab.locator("h1").first().waitFor();
    return await look(tab);
  } finally {
    await context.close();
  }
}

async function barriers(tab: Page): Promise<Found> {
  await tab.evaluate(axe);
  const { violations }: Pick<Found, "violations"> = await tab.evaluate("axe.run(document)");
  const tooWide = await tab.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return {
    violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })),
    tooWide,
  };
}

describe.each(PAGES)("every component and screen of the catalogue, %s,", (page) => {
  test.each([
    ["light", "sw"],
    ["dark", "hi"],
  ] as const)("is accessible and no wider than 320 px, %s, %s", async (colorScheme, language) => {
    expect(await onPhone({ page, language, colorScheme }, barriers)).toEqual({ violations: [], tooWide: 0 });
  });
});

describe.each([740, 640, 568])("on a phone of 320 by %i px", (height) => {
  const screens = ["screens/pin", "screens/lock"].flatMap((page) =>
    ["en", "sw", "hi"].map((language) => [page, language] as const),
  );
  test.each(screens)(
    "all of %s is in sight in %s, and each key is large enough for a finger",
    async (page, language) => {
      const fit = await onPhone({ page, language, height }, (tab) =>
        tab.evaluate(() => ({
          tooHigh: document.documentElement.scrollHeight - innerHeight,
          sides: [...document.querySelectorAll(".pin button")].flatMap((key) => {
            const { width, height: tall } = key.getBoundingClientRect();
            return [width, tall];
          }),
        })),
      );
      expect(fit.tooHigh).toBe(0);
      expect(fit.sides).toHaveLength(24);
      expect(Math.min(...fit.sides)).toBeGreaterThanOrEqual(44);
    },
  );
});

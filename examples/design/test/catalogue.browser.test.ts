import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
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

/** Shows a page of the catalogue on a narrow phone. */
async function look(page: string, colorScheme: "light" | "dark", language: string): Promise<Found> {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const context = await chromium.browser.newContext({
    viewport: { width: 320, height: 800 },
    colorScheme,
    reducedMotion: "reduce",
  });
  try {
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${String(port)}/?language=${language}#${page}`);
    await tab.locator("h1").first().waitFor();
    await tab.evaluate(axe);
    const { violations }: Pick<Found, "violations"> = await tab.evaluate("axe.run(document)");
    const tooWide = await tab.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    return {
      violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })),
      tooWide,
    };
  } finally {
    await context.close();
  }
}

describe.each(PAGES)("every component and screen of the catalogue, %s,", (page) => {
  test.each([
    ["light", "sw"],
    ["dark", "hi"],
  ] as const)("is accessible and no wider than 320 px, %s, %s", async (scheme, language) => {
    expect(await look(page, scheme, language)).toEqual({ violations: [], tooWide: 0 });
  });
});

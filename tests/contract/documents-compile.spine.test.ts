import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const guides = (await readdir(join(root, "docs"), { recursive: true })).filter((name) =>
  name.endsWith(".md"),
);
const documents = ["README.md", "CONTRIBUTING.md", ...guides.map((name) => join("docs", name))];

test("documents have TypeScript that compiles, block after block", { timeout: 120_000 }, async () => {
  const folder = join(root, "node_modules/.cache/docs");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const modules = await Promise.all(documents.map(codeOf));
  expect(modules.map(({ code }) => code).join("").length).toBeGreaterThan(1_000);
  for (const [at, { code, kind }] of modules.entries())
    if (code !== "") await writeFile(join(folder, `document-${String(at)}.${kind}`), code);
  expect(await compile(folder, { include: ["*.ts", "*.tsx"], jsx: "react" })).toBe("");
  expect(await compile(folder, { include: ["*.tsx"], jsx: "preact" })).toBe("");
});

/** Answers what the compiler has to say. */
async function compile(
  folder: string,
  { include, jsx }: { readonly include: readonly string[]; readonly jsx: string },
): Promise<string> {
  const config = join(folder, `tsconfig.${jsx}.json`);
  const compilerOptions = { ...CHECK_ONLY, jsx: "react-jsx", jsxImportSource: jsx };
  await writeFile(
    config,
    JSON.stringify({ extends: "../../../.tools/tsconfig/test.json", include, compilerOptions }),
  );
  const words = [join(root, "node_modules/typescript/bin/tsc"), "-p", config];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return stdout === "" && status !== 0 ? `ended with ${String(status)}` : stdout;
}

const CHECK_ONLY = {
  composite: false,
  incremental: false,
  declaration: false,
  emitDeclarationOnly: false,
  noEmit: true,
  noUnusedLocals: false,
};

/** The `ts` and `tsx` blocks of a document, as one module. */
async function codeOf(name: string): Promise<{ readonly code: string; readonly kind: "ts" | "tsx" }> {
  const blocks = [...(await readFile(join(root, name), "utf8")).matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)];
  const code = blocks.map(([, , each = ""]) => each).join("\n");
  return {
    code: code === "" ? "" : `// ${name}\n${code}\nexport {};\n`,
    kind: blocks.some(([, kind]) => kind === "tsx") ? "tsx" : "ts",
  };
}

/**
 * Builds the packages and uses them as a stranger would: lints their manifests, packs schema and SDK, installs the
 * tarballs into an empty folder, imports every entry point with plain Node, and type-checks a strict project on top.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = join(import.meta.dirname, "..");
const published = ["schema", "client-sdk", "server"];
const packed = ["schema", "client-sdk"];

/** Entry points that need nothing, those that are about a page, and those that need Node. */
const anywhere = [
  "@healthbridge/schema",
  "@healthbridge/schema/client",
  "@healthbridge/client-sdk",
  "@healthbridge/client-sdk/core",
  "@healthbridge/client-sdk/realtime",
  "@healthbridge/client-sdk/schedule",
  "@healthbridge/client-sdk/words",
  "@healthbridge/client-sdk/vault",
  "@healthbridge/client-sdk/transfer",
  "@healthbridge/client-sdk/expo",
  "@healthbridge/client-sdk/testing",
];
const onPages = [
  "@healthbridge/client-sdk/devtools",
  "@healthbridge/client-sdk/react",
  "@healthbridge/client-sdk/service-worker",
  "@healthbridge/client-sdk/web",
];
/** What an app brings that uses them. */
const brought = ["react", "@types/react"];
const inNode = ["@healthbridge/client-sdk/node"];

const strict = {
  target: "es2024",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: false,
};

const place = mkdtempSync(join(tmpdir(), "healthbridge-packages-"));
try {
  run("npm", ["run", "--silent", "build"], root);
  for (const folder of published) await lintManifest(folder);
  installTarballs();
  importAll();
  typeCheck();
  console.log(
    `${published.join(", ")}: built, manifests clean; tarballs of ${packed.join(" and ")} install, load and type-check.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

async function lintManifest(folder: string): Promise<void> {
  const pkgDir = join(root, folder);
  const { messages } = await publint({ pkgDir, strict: true });
  const manifest = JSON.parse(readFileSync(join(pkgDir, "package.json"), "utf8")) as Record<string, unknown>;
  const said = messages.map((message) => `  ${formatMessage(message, manifest) ?? message.code}`);
  if (said.length > 0) throw new Error(`publint has objections to ${folder}:\n${said.join("\n")}`);
}

function installTarballs(): void {
  const tarballs = packed.map((folder) =>
    run("npm", ["pack", "--silent", "--pack-destination", place], join(root, folder)),
  );
  write("package.json", JSON.stringify({ name: "stranger", private: true, type: "module" }));
  const files = [
    ...tarballs.map((name) => `./${name.trim()}`),
    ...brought.map((name) => join(root, "node_modules", name)),
  ];
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...files], place);
}

function importAll(): void {
  for (const entry of [...anywhere, ...onPages, ...inNode]) {
    write("load.js", `import * as it from "${entry}"; process.stdout.write(Object.keys(it).join(" "));`);
    run(process.execPath, ["load.js"], place);
  }
}

function typeCheck(): void {
  checkProject("web", [...anywhere, ...onPages], {
    module: "preserve",
    moduleResolution: "bundler",
    lib: ["es2024", "esnext.disposable", "dom"],
    types: [],
  });
  checkProject("node", [...anywhere, ...inNode], {
    module: "nodenext",
    lib: ["es2024", "esnext.disposable"],
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  });
}

function checkProject(name: string, entries: readonly string[], options: object): void {
  const lines = entries.map((entry, index) => `export * as it${index} from "${entry}";`);
  write(`${name}/index.ts`, `${lines.join("\n")}\n`);
  write(
    `${name}/tsconfig.json`,
    JSON.stringify({ compilerOptions: { ...strict, ...options }, include: ["index.ts"] }),
  );
  run("tsc", ["-p", name, "--pretty", "false"], place);
}

function write(path: string, text: string): void {
  mkdirSync(join(place, path, ".."), { recursive: true });
  writeFileSync(join(place, path), text);
}

/** Runs a tool of the project; its output is shown only if it fails. */
function run(tool: string, args: readonly string[], cwd: string): string {
  const env = {
    ...process.env,
    PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  try {
    return execFileSync(tool, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`"${tool} ${args.join(" ")}" failed:\n${stdout}${stderr}`, { cause: error });
  }
}

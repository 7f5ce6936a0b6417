/**
 * Arrows point one way: examples -> client-sdk -> schema <- server.
 * Which of our modules, and which of the platform's, a folder may import; third-party packages are knip's business.
 */
import { relative, resolve, dirname, sep } from "node:path";
import { builtinModules } from "node:module";
import { child, nameOf, type Context, type Node, type Rule } from "./ast.ts";

interface Layer {
  /** Files of the layer, as a pattern over paths from the root. */
  readonly files: RegExp;
  /** Our packages it may import by name. */
  readonly ours: RegExp;
  /** Our packages of which it may import types only. */
  readonly oursAsTypes?: RegExp;
  /** Third-party packages it may import; any, where this is left out. */
  readonly packages?: RegExp;
  /** Whether it may use the modules of Node. */
  readonly node: boolean;
  /** Files it may reach by a relative path. */
  readonly reach: RegExp;
  /** Files of which it may import types only. */
  readonly reachAsTypes?: RegExp;
}

const NOTHING = /^$/;

/** The first that matches a file is its layer. */
const LAYERS: readonly Layer[] = [
  {
    files: /^schema\/src\/tables\//,
    ours: NOTHING,
    packages: /^(zod|zod\/mini|drizzle-orm(\/mysql-core)?)$/,
    node: false,
    reach: /^schema\/src\//,
  },
  {
    // Whatever a phone carries: zod and what holds zod come in as types only.
    files:
      /^schema\/src\/(client\.ts|compiled\/|words\/|entities\/|protocol\/|operations\/(?!registry|judge\.)|[^/]+(?<!index)\.ts$)/,
    ours: NOTHING,
    packages: NOTHING,
    node: false,
    reach: /^schema\/src\/(?!tables\/|shapes\/|contracts\/)/,
    reachAsTypes: /^schema\/src\/(shapes|contracts)\//,
  },
  {
    files: /^schema\/src\//,
    ours: NOTHING,
    packages: /^(zod|zod\/mini)$/,
    node: false,
    reach: /^schema\/src\/(?!tables\/)/,
  },
  {
    files: /^server\/src\//,
    ours: /^@healthbridge\/schema(\/tables)?$/,
    node: true,
    reach: /^server\/src\//,
  },
  {
    files: /^client-sdk\/src\/(node\.ts|stores\/sqlite\/)/,
    ours: /^@healthbridge\/schema\/client$/,
    node: true,
    reach: /^client-sdk\/src\//,
  },
  {
    // No phone carries it: it may have all of the schema, with zod.
    files: /^client-sdk\/src\/testing\//,
    ours: /^@healthbridge\/schema$/,
    node: false,
    reach: /^client-sdk\/src\/(?!node\.ts|stores\/sqlite\/)/,
  },
  {
    files: /^client-sdk\/src\//,
    ours: /^@healthbridge\/schema\/client$/,
    node: false,
    reach: /^client-sdk\/src\/(?!node\.ts|stores\/sqlite\/|testing\/)/,
  },
  {
    files: /^examples\/[^/]+\/src\//,
    ours: /^@healthbridge\/(client-sdk(\/(node|react|schedule|words|chat|realtime|calls|documents|attachments|web|service-worker|vault|transfer|devtools))?|schema\/client|example-design(\/(shell|calls|assets|style\.css))?)$/,
    oursAsTypes: /^@healthbridge\/schema$/,
    node: true,
    reach: /^examples\/[^/]+\/src\//,
  },
  { files: /^schema\/test\//, ours: /^@healthbridge\/schema/, node: true, reach: /^(schema|tests)\// },
  {
    files: /^server\/test\//,
    ours: /^@healthbridge\/(schema|server)/,
    node: true,
    reach: /^(server|tests|migrations)\//,
  },
  {
    files: /^client-sdk\/test\//,
    ours: /^@healthbridge\/(schema|client-sdk)/,
    node: true,
    reach: /^(client-sdk|tests)\//,
  },
];

const BUILTINS = new Set(builtinModules);

export const layers: Rule = {
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join("/");
    const layer = LAYERS.find(({ files }) => files.test(file));
    if (layer === undefined) return {};
    const check = (node: Node): void => {
      const specifier = nameOf(child(node, "source"));
      if (specifier === undefined) return;
      const asType =
        node["importKind"] === "type" || node["exportKind"] === "type" || node.type === "TSImportType";
      const reason = reasonAgainst(context, layer, file, specifier, asType);
      if (reason !== undefined)
        context.report({ node, message: `${reason} (${file} imports "${specifier}").` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

function reasonAgainst(
  context: Context,
  layer: Layer,
  file: string,
  specifier: string,
  asType: boolean,
): string | undefined {
  if (specifier.startsWith(".")) return reasonAgainstPath(context, layer, file, specifier, asType);
  if (specifier.startsWith("node:") || BUILTINS.has(specifier)) {
    return layer.node ? undefined : "This folder runs without Node and must not import its modules";
  }
  if (specifier.startsWith("@healthbridge/")) {
    if (layer.ours.test(specifier)) return undefined;
    if (layer.oursAsTypes?.test(specifier) === true) {
      return asType ? undefined : "Only types may be imported from there (import type)";
    }
    return "Dependencies point one way, examples -> client-sdk -> schema <- server, and not like this";
  }
  return layer.packages?.test(specifier) === false ? "This folder may not depend on that package" : undefined;
}

function reasonAgainstPath(
  context: Context,
  layer: Layer,
  file: string,
  specifier: string,
  asType: boolean,
): string | undefined {
  const target = relative(context.cwd, resolve(context.cwd, dirname(file), specifier))
    .split(sep)
    .join("/");
  if (layer.reachAsTypes?.test(target) === true)
    return asType
      ? undefined
      : "Only types may be imported from there (import type): a phone does not carry zod";
  if (!layer.reach.test(target)) return "A relative path must stay inside what this folder may see";
  if (/^[^:]*\/src\//.test(file) && /(^|\/)index\.ts$/.test(specifier)) {
    return "Import the module itself, not an index: indexes are for users of the package";
  }
  return undefined;
}

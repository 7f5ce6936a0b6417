/**
 * The core takes clock, randomness, timers, network and storage from outside, so that a simulation can replace them.
 * This rule refuses every way by which a module can reach for them by itself; adapters are exempt (see `.oxlintrc.json`).
 */
import {
  child,
  children,
  nameOf,
  propertyOf,
  type Context,
  type Node,
  type Reference,
  type Rule,
  type Scope,
} from "./ast.ts";

/** Refused under any use as a value. */
const REFUSED_GLOBALS = new Set([
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "EventSource",
  "BroadcastChannel",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "requestAnimationFrame",
  "requestIdleCallback",
  "indexedDB",
  "caches",
  "localStorage",
  "sessionStorage",
  "navigator",
  "performance",
]);

/** Refused as `Object.property`; the rest of the object may be used. */
const REFUSED_PROPERTIES: Readonly<Record<string, ReadonlySet<string>>> = {
  Date: new Set(["now"]),
  Math: new Set(["random"]),
  crypto: new Set(["getRandomValues", "randomUUID", "randomUUIDv7"]),
  AbortSignal: new Set(["timeout"]),
  Temporal: new Set(["Now"]),
};

/** Names of the global object: what is refused is refused through them too. */
const GLOBAL_OBJECTS = new Set(["globalThis", "window", "self", "global"]);

/** Refused imports: by module, the names (`*` is the whole module). */
const REFUSED_IMPORTS: Readonly<Record<string, ReadonlySet<string>>> = {
  timers: new Set(["*"]),
  "timers/promises": new Set(["*"]),
  perf_hooks: new Set(["*"]),
  crypto: new Set(
    "default,getRandomValues,randomBytes,randomFill,randomFillSync,randomInt,randomUUID,randomUUIDv7,webcrypto".split(
      ",",
    ),
  ),
};

const ADVICE = "take it from outside (a port), or move this into an adapter";

export const noAmbient: Rule = {
  create(context) {
    return {
      Program() {
        const globals = context.sourceCode.scopeManager.globalScope;
        if (globals !== null)
          for (const reference of ambientReferences(globals)) checkReference(context, reference);
      },
      ImportDeclaration(node) {
        checkImport(context, node);
      },
      MemberExpression(node) {
        // `Temporal` is imported from a polyfill, so it is no global and has to be known by its name.
        if (nameOf(child(node, "object")) === "Temporal" && propertyOf(node) === "Now")
          refuse(context, node, "Temporal.Now");
      },
    };
  },
};

/** References to names that no code of the file declares. */
function ambientReferences(scope: Scope): Reference[] {
  const own = scope.references.filter(({ resolved }) => resolved === null || resolved.defs.length === 0);
  return [...own, ...scope.childScopes.flatMap(ambientReferences)];
}

function checkReference(context: Context, { identifier }: Reference): void {
  const { name, parent } = identifier;
  if (parent === null || isType(parent)) return;
  if (REFUSED_GLOBALS.has(name)) refuse(context, identifier, name);
  else if (GLOBAL_OBJECTS.has(name)) checkGlobalObject(context, identifier, parent);
  else if (name in REFUSED_PROPERTIES) checkProperties(context, identifier, name, parent);
  if (name === "Date") checkDate(context, identifier, parent);
}

/** `globalThis.fetch`, `globalThis[x]`, `const { fetch } = globalThis`. */
function checkGlobalObject(context: Context, identifier: Node, parent: Node): void {
  for (const property of readProperties(identifier, parent) ?? []) {
    if (property === undefined || REFUSED_GLOBALS.has(property))
      refuse(context, parent, `globalThis.${property ?? "[…]"}`);
    else if (property in REFUSED_PROPERTIES) {
      const outer = parent.parent;
      if (outer !== null && child(outer, "object") === parent)
        checkProperties(context, parent, property, outer);
      if (property === "Date" && outer !== null) checkDate(context, parent, outer);
    }
  }
}

/** `Date.now`, `Math["random"]`, `const { random } = Math`. */
function checkProperties(context: Context, object: Node, name: string, parent: Node): void {
  const refused = REFUSED_PROPERTIES[name];
  for (const property of readProperties(object, parent) ?? []) {
    if (property !== undefined && refused?.has(property) === true)
      refuse(context, parent, `${name}.${property}`);
  }
}

/** `new Date()` and `Date()` read the clock; `new Date(instant)` does not. */
function checkDate(context: Context, callee: Node, parent: Node): void {
  if (child(parent, "callee") !== callee) return;
  if (parent.type === "CallExpression") refuse(context, parent, "Date()");
  else if (parent.type === "NewExpression" && children(parent, "arguments").length === 0)
    refuse(context, parent, "new Date()");
}

/** Which properties of an object are read here; `undefined` in the list is one that is not known before run time. */
function readProperties(object: Node, parent: Node): (string | undefined)[] | undefined {
  if (parent.type === "MemberExpression" && child(parent, "object") === object) return [propertyOf(parent)];
  const pattern =
    parent.type === "VariableDeclarator" && child(parent, "init") === object
      ? child(parent, "id")
      : undefined;
  if (pattern?.type !== "ObjectPattern") return undefined;
  return children(pattern, "properties").map((property) => nameOf(child(property, "key")));
}

function checkImport(context: Context, node: Node): void {
  if (node["importKind"] === "type") return;
  const refused = REFUSED_IMPORTS[(nameOf(child(node, "source")) ?? "").replace(/^node:/, "")];
  if (refused === undefined) return;
  for (const specifier of children(node, "specifiers")) {
    if (specifier["importKind"] === "type") continue;
    const imported = nameOf(child(specifier, "imported")) ?? "default";
    if (refused.has("*") || refused.has(imported)) refuse(context, specifier, `the import of ${imported}`);
  }
}

function isType(node: Node): boolean {
  return (
    node.type.startsWith("TS") &&
    !["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"].includes(node.type)
  );
}

function refuse(context: Context, node: Node, what: string): void {
  context.report({ node, message: `The core must not use ${what}: ${ADVICE}.` });
}

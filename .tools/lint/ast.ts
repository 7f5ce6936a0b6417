/** The little of oxlint's plugin interface (it follows ESLint's) that our own rules use. */

export interface Node {
  readonly type: string;
  readonly parent: Node | null;
  readonly [property: string]: unknown;
}

export interface Reference {
  readonly identifier: Node & { readonly name: string };
  readonly resolved: { readonly defs: readonly unknown[] } | null;
}

export interface Scope {
  readonly references: readonly Reference[];
  readonly childScopes: readonly Scope[];
}

export interface Context {
  readonly filename: string;
  readonly cwd: string;
  readonly sourceCode: {
    readonly scopeManager: { readonly globalScope: Scope | null };
    getAllComments(): readonly (Node & { readonly value: string })[];
  };
  report(problem: { readonly node: Node; readonly message: string }): void;
}

export interface Rule {
  create(context: Context): Record<string, (node: Node) => void>;
}

/** A child of a node, where it is a node. */
export function child(node: Node, property: string): Node | undefined {
  const value = node[property];
  return isNode(value) ? value : undefined;
}

/** The children in a list of a node. */
export function children(node: Node, property: string): readonly Node[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier, or the text of a string literal. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === "Identifier" && typeof node["name"] === "string") return node["name"];
  if (node?.type === "Literal" && typeof node["value"] === "string") return node["value"];
  return undefined;
}

/** The property that a member expression reads; undefined where it is computed at run time. */
export function propertyOf(member: Node): string | undefined {
  const property = child(member, "property");
  if (member["computed"] === true && property?.type !== "Literal") return undefined;
  return nameOf(property);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

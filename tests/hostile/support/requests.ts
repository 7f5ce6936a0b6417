import * as fc from "fast-check";
import type { DescribedRoute } from "../../../server/src/http/rest/openapi/described-route.ts";
import { EDGE_DESCRIPTIONS } from "../../../server/src/http/rest/openapi/edge-descriptions.ts";
import { REST_DESCRIPTIONS } from "../../../server/src/http/rest/openapi/operation-descriptions.ts";
import { hostile, HOSTILE_KEYS, hostileText } from "../arbitraries/hostile.ts";
import { nearlyValid } from "../arbitraries/nearly-valid.ts";
import { jsonOf, RawJson } from "../arbitraries/raw-json.ts";
import { type Node, nodeOf } from "../arbitraries/schema-node.ts";
import { valid, type Words } from "../arbitraries/valid.ts";

/**
 * Every route there is, as the OpenAPI document tells of it: a new one is here by itself. But for those whose answers have no words by which they could be judged: heads alone, and
 * sockets (see connections.hostile.test.ts).
 */
export const ROUTES: readonly DescribedRoute[] = [...EDGE_DESCRIPTIONS, ...REST_DESCRIPTIONS].filter(
  ({ method, answer }) => method !== "head" && answer.status !== 101,
);

/** The heads a route asks for, as the document shows them. */
export function headsOf({ heads = [], body }: DescribedRoute): Readonly<Record<string, string>> {
  const shown = heads.flatMap(({ name, required, example }) =>
    required ? [[name.toLowerCase(), String(example)]] : [],
  );
  return {
    ...Object.fromEntries(shown),
    ...(body === undefined ? {} : { "content-type": body.type ?? "application/json" }),
  };
}

/** What a route is asked, in its three places. */
export interface Wanted {
  readonly path: string;
  readonly query: string;
  readonly body: string | undefined;
}

/** A request that is refused, and where it says the fault is. */
export interface WantedInVain extends Wanted {
  readonly fault: string;
  readonly place: "params" | "query" | "body";
  readonly at: string;
}

/** Characters of each part of an address: all of it shall fit the head that a server reads. What does not is tried with raw sockets. */
const MOST = 1_500;

interface Places {
  readonly params: Node | undefined;
  readonly query: Node | undefined;
  readonly body: Node | undefined;
}

interface Values {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

function placesOf({ params, query, body }: DescribedRoute): Places {
  return {
    params: params === undefined ? undefined : nodeOf(params),
    query: query === undefined ? undefined : nodeOf(query),
    // What is not JSON has no shape.
    body: body === undefined || body.type !== undefined ? undefined : nodeOf(body.schema),
  };
}

const none = fc.constant(undefined);

function values(
  places: Places,
  words: Words,
  one: (node: Node) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Values> {
  return fc.record({
    params: places.params === undefined ? none : valid(places.params, words),
    query: places.query === undefined ? none : one(places.query),
    body: places.body === undefined ? none : one(places.body),
  });
}

/** Requests whose every part has the right shape. */
export function validRequest(route: DescribedRoute, words: Words): fc.Arbitrary<Wanted> {
  return values(placesOf(route), words, (node) => valid(node, words)).map((made) => written(route, made));
}

/** Requests with one fault, by the place it is in: routes that take nothing have none. */
export function nearlyValidRequest(
  route: DescribedRoute,
  words: Words,
): readonly fc.Arbitrary<WantedInVain>[] {
  const places = placesOf(route);
  return (["params", "query", "body"] as const).flatMap((place) => {
    const node = places[place];
    if (!canBeWrong(node) || (place === "params" && namesIn(route.path).length === 0)) return [];
    const right = values(places, words, (each) => valid(each, words));
    const made = fc.tuple(right, nearlyValid(node, words)).map(([rest, { value, fault, path }]) => {
      const all = { ...rest, [place]: value };
      return canBeWritten(route, all, place, path)
        ? { ...written(route, all), fault, place, at: path.join(".") }
        : undefined;
    });
    return [made.filter((each) => each !== undefined)];
  });
}

/** In an address everything is text, and has a name that the route gave it; a name without a text would make it another address. */
function canBeWritten(
  route: DescribedRoute,
  all: Values,
  place: keyof Values,
  [name = ""]: readonly (string | number)[],
): boolean {
  if (place === "query") return isAllText(all.query);
  const inPath = place === "params" ? namesIn(route.path) : (route.inPath ?? []);
  if (!inPath.includes(String(name))) return place === "body";
  const value: unknown = Reflect.get(Object(all[place]), name);
  return typeof value === "string" && value !== "";
}

/** Requests an attacker would send. */
export function hostileRequest(route: DescribedRoute, words: Words): fc.Arbitrary<Wanted> {
  const odd = fc.option(
    fc.tuple(
      fc.oneof(fc.constantFrom(...HOSTILE_KEYS), hostileText(words)),
      hostileText(words),
      fc.constantFrom("query", "path", "twice", "none", "none"),
    ),
  );
  return fc
    .tuple(
      values(placesOf(route), words, (node) => hostile(node, words)),
      odd,
      hostileText(words),
    )
    .map(([made, strange, segment]) => {
      const wanted = written(route, made);
      const [key, text, where] = strange ?? ["", "", "none"];
      const more = `${escaped(key)}=${escaped(text)}`.slice(0, MOST);
      if (where === "query") return { ...wanted, query: joined(wanted.query, more) };
      if (where === "twice") return { ...wanted, query: joined(wanted.query, `${more}&${more}`) };
      if (where === "path" && route.path.includes(":"))
        return { ...wanted, path: route.path.replace(/:[A-Za-z]+/, () => escaped(segment).slice(0, MOST)) };
      return wanted;
    });
}

function canBeWrong(node: Node | undefined): node is Node {
  return node !== undefined && (node.kind !== "object" || node.fields.length > 0 || node.strict);
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name ?? "");
}

function isAllText(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}

/** Puts values where the route reads them: some fields of an operation's input stand in the path. */
function written(route: DescribedRoute, { params, query, body }: Values): Wanted {
  const inPath = route.inPath ?? [];
  const fields = isPlainObject(body) ? Object.entries(body) : [];
  const fromBody = fields.filter(([name]) => inPath.includes(name));
  const names = new Map([...Object.entries(params ?? {}), ...fromBody]);
  const path = route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = names.get(name);
    return escaped(value === undefined ? "AAAAAAAAAAAAAAAA.1" : textOf(value)).slice(0, MOST) || "-";
  });
  const rest = isPlainObject(body) ? withoutNames(body, inPath) : body;
  return {
    path,
    query: isPlainObject(query)
      ? Object.entries(query)
          .map(([name, value]) => `${escaped(name)}=${escaped(textOf(value))}`.slice(0, MOST))
          .join("&")
          .slice(0, 2 * MOST)
      : "",
    body: route.body && (route.body.type === undefined ? jsonOf(rest) : PIECE),
  };
}

/** Bytes that are not JSON. */
const PIECE = "the first bytes of no photo";

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

function withoutNames(body: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : jsonOf(value);
}

function joined(query: string, more: string): string {
  return query === "" ? more : `${query}&${more}`;
}

/** Percent-escapes every byte, also of text that is not Unicode: half a character goes out as its three bytes. */
function escaped(text: string): string {
  return Array.from(text)
    .map((character) => {
      if (/^[A-Za-z0-9_.~-]$/.test(character)) return character;
      const code = character.codePointAt(0) ?? 0;
      const bytes =
        code >= 0xd800 && code <= 0xdfff
          ? [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
          : [...Buffer.from(character)];
      return bytes.map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
    })
    .join("");
}

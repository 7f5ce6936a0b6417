import { isProblemCode, ProblemDetails } from "@healthbridge/schema";
import type { DescribedRoute } from "../../../server/src/http/rest/openapi/described-route.ts";
import type { Answer } from "./ask.ts";

/** What no answer ever holds: where the code stands, how it failed, what it is made of, how it asks its database. */
const LEAKS: readonly RegExp[] = [
  /\n\s+at |\.[cm]?[jt]s:\d+|node_modules|node:internal|file:\/\//,
  /\/(work|home|root|tmp|usr|opt|app)\//,
  /\b\w*(Error|Exception)\b:?/,
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE)\s+[`\w]+|\bER_[A-Z]/,
  /\b(hono|zod|drizzle|mysql2?|mariadb|undici|llhttp|Node\.js)\b/i,
  /\[object /,
];

/** Our problems say where and what in a few words, whatever was sent. */
const LONGEST_PROBLEM = 8_192;
const LONGEST_TEXT = 200;
const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
};

/** What is wrong with an answer, by the rules every answer keeps, and its beginning; nothing where all is well. */
export function faultsOfAnswer(answer: Answer, route?: DescribedRoute): readonly string[] {
  const faults = [
    ...(answer.status >= 500 ? [`status ${String(answer.status)}`] : []),
    ...Object.entries(HEADERS).flatMap(([name, value]) =>
      answer.headers[name] === value ? [] : [`header ${name} is ${String(answer.headers[name])}`],
    ),
    ...(answer.status < 400 ? faultsOfResult(answer, route) : faultsOfProblem(answer, route)),
  ];
  return faults.length === 0 ? [] : [...faults, answer.text.slice(0, 1_000)];
}

function faultsOfResult(answer: Answer, route: DescribedRoute | undefined): readonly string[] {
  if (route === undefined) return [];
  const described = [route.answer, ...(route.otherAnswers ?? [])].find(
    ({ status }) => status === answer.status,
  );
  if (described === undefined) return [`no described answer has status ${String(answer.status)}`];
  if (described.content === undefined) return answer.text === "" ? [] : ["a body where none belongs"];
  const type = (answer.headers["content-type"] ?? "").split(";")[0] ?? "";
  const content = described.content[type];
  if (content === undefined) return [`no described answer has type ${type}`];
  const parts = type === "application/x-ndjson" ? answer.text.trim().split("\n") : [answer.text];
  return parts.flatMap((part) => {
    const parsed = content.schema.safeParse(JSON.parse(part));
    return parsed.success ? [] : [`not the described answer: ${JSON.stringify(parsed.error.issues)}`];
  });
}

function faultsOfProblem(answer: Answer, route: DescribedRoute | undefined): readonly string[] {
  const type = answer.headers["content-type"];
  if (type !== "application/problem+json") return [`a refusal of type ${String(type)}`];
  const parsed = ProblemDetails.safeParse(parse(answer.text));
  if (!parsed.success) return ["not a problem"];
  const problem = parsed.data;
  return [
    ...(isProblemCode(problem.code) ? [] : [`a code that is not ours: ${problem.code}`]),
    ...(problem.status === answer.status ? [] : ["another status in the body"]),
    ...(route === undefined || isDescribed(problem.code, route)
      ? []
      : [`${problem.code} is not described for the route`]),
    ...faultsOfWords(answer.text),
    ...textsIn(problem).flatMap((text) =>
      text.length > LONGEST_TEXT ? [`a text of ${String(text.length)} characters`] : [],
    ),
    ...(answer.text.length > LONGEST_PROBLEM
      ? [`a problem of ${String(answer.text.length)} characters`]
      : []),
  ];
}

/** Paths and details may quote keys of the client's: what looks like ours there is looked for without the client's words. */
export function faultsOfWords(text: string): readonly string[] {
  const control = Array.from(text).some((character) => character < " ");
  const said = text.replaceAll(/"(path|correlation)":"(?:[^"\\]|\\.)*"/g, "");
  return [
    ...LEAKS.flatMap((leak) => {
      const [found] = leak.exec(said) ?? [];
      return found === undefined ? [] : [`says "${found}"`];
    }),
    ...(control ? ["a control character as it came"] : []),
  ];
}

/** What any signed-in route, and any route that takes a body, can answer beside what its description names. */
const ANYWHERE: ReadonlySet<string> = new Set([
  "not_signed_in",
  "token_expired",
  "token_invalid",
  "device_revoked",
  "rate_limited",
  "unavailable",
  "not_found",
  "method_not_allowed",
]);

function isDescribed(code: string, route: DescribedRoute): boolean {
  return ANYWHERE.has(code) || route.problems.some((each) => each === code);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

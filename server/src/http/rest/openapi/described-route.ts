import { type ProblemCode, problemDetails, PROBLEMS } from "@healthbridge/schema";
import type * as z from "zod/mini";
import { Message } from "../writes/answer.ts";
import { KEY_HEADER, KEY_PATTERN } from "../writes/idempotency-key.ts";
import type { JsonObject, JsonSchemas } from "./json-schemas.ts";

/** A head of a request or an answer. */
export interface DescribedHead {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodMiniType;
  readonly example?: unknown;
}

/** An answer that is no problem. */
interface DescribedAnswer {
  readonly status: number;
  readonly description: string;
  /** by content type; none: no body */
  readonly content?: Readonly<Record<string, { readonly schema: z.ZodMiniType; readonly example?: unknown }>>;
  /** `Location` is sent */
  readonly located?: boolean;
  readonly heads?: readonly DescribedHead[];
}

/** What is sent with a request. */
interface DescribedBody {
  readonly schema: z.ZodMiniType;
  readonly example?: unknown;
  /** JSON where left out */
  readonly type?: string;
  /** it may be left out */
  readonly optional?: boolean;
}

/** All that the document says about one route. */
export interface DescribedRoute {
  readonly method: "get" | "head" | "options" | "post" | "put" | "patch" | "delete";
  /** as the router has it: `/v1/doctors/:id` */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string | undefined;
  /** false: no access token is needed */
  readonly signedIn: boolean;
  /** an `Idempotency-Key` is required */
  readonly keyed?: boolean;
  /** the answer says in words what became of it, where `Accept-Language` is sent */
  readonly spoken?: boolean;
  /** objects whose fields are parameters */
  readonly params?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  /** heads that the request has, beside those of every request */
  readonly heads?: readonly (DescribedHead & { readonly required: boolean })[];
  readonly body?: DescribedBody | undefined;
  /** fields of the body's schema that the path gives */
  readonly inPath?: readonly string[];
  readonly answer: DescribedAnswer;
  readonly otherAnswers?: readonly DescribedAnswer[];
  readonly problems: readonly ProblemCode[];
}

/** Codes of routes that read a body of JSON. */
export const BODY_PROBLEMS = ["malformed", "unknown_field", "too_large", "unsupported_media"] as const;

/** Codes that any route can be answered with. */
const ALWAYS: readonly ProblemCode[] = ["rate_limited", "internal", "unavailable"];
/** Codes of routes that want an access token. */
const SIGNED_IN: readonly ProblemCode[] = [
  "not_signed_in",
  "token_expired",
  "token_invalid",
  "device_revoked",
];

/** One operation of the document. */
export function operationObject(route: DescribedRoute, schemas: JsonSchemas): JsonObject {
  const { id, tag, summary, description, signedIn } = route;
  const codes = new Set([...route.problems, ...(signedIn ? SIGNED_IN : []), ...ALWAYS]);
  const { body, named } = bodyObject(route, schemas);
  const answers = [route.answer, ...(route.otherAnswers ?? [])];
  const parameters = [...named, ...parameterObjects(route, schemas)];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(signedIn ? {} : { security: [] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...Object.fromEntries(answers.map((answer) => [String(answer.status), answerObject(answer, schemas)])),
      ...problemObjects([...codes], schemas, route.spoken),
    },
  };
}

function parameterObjects(
  { params, query, heads = [], keyed, spoken }: DescribedRoute,
  schemas: JsonSchemas,
): JsonObject[] {
  const paths = params === undefined ? [] : schemas.parametersOf(params);
  const queries = query === undefined ? [] : schemas.parametersOf(query);
  return [
    ...paths.map(({ name, schema }) => ({ name, in: "path", required: true, schema })),
    ...queries.map((each) => ({ ...each, in: "query" })),
    ...heads.map(({ name, required, ...head }) => ({
      name,
      in: "header",
      required,
      ...headObject(head, schemas),
    })),
    ...(keyed === true ? [KEY_PARAMETER] : []),
    ...(spoken === true ? [LANGUAGE_PARAMETER] : []),
  ];
}

const KEY_PARAMETER: JsonObject = {
  name: KEY_HEADER,
  in: "header",
  required: true,
  description:
    "Drawn fresh for each new write and sent again with each repetition of it (draft-ietf-httpapi-idempotency-key-header). A repetition gets the first answer byte for byte, for as long as outcomes are kept; one " +
    "that comes while the first is running waits for it. With other content: 422 `key_reused`. 401, 429, 500 and 503 are no outcomes: send the same again.",
  schema: { type: "string", pattern: KEY_PATTERN.source },
  example: "2f0e7c1a-6d0b-4a53-9d52-0d3f6c1f7b11",
};

const LANGUAGE_PARAMETER: JsonObject = {
  name: "Accept-Language",
  in: "header",
  required: false,
  description:
    "Where it is sent, the answer says in `message` what became of the operation: a line for the patient that fits a text message, in English, Swahili or Hindi.",
  schema: { type: "string" },
  example: "sw",
};

/** The body without what the path says, and the path's parameters with the schemas they had in it. */
function bodyObject(
  route: DescribedRoute,
  schemas: JsonSchemas,
): { body: JsonObject | undefined; named: JsonObject[] } {
  if (route.body === undefined) return { body: undefined, named: [] };
  const inPath = route.inPath ?? [];
  const example = new Map(Object.entries({ ...asObject(route.body.example) }));
  const named = schemas
    .parametersOf(route.body.schema)
    .filter(({ name }) => inPath.includes(name))
    .map(({ name, schema }) => ({ name, in: "path", required: true, schema, example: example.get(name) }));
  const whole = schemas.of(route.body.schema);
  if (inPath.length === 0) return { named, body: requestBody(route.body, whole) };
  const properties = Object.fromEntries(
    Object.entries(asObject(whole["properties"])).filter(([name]) => !inPath.includes(name)),
  );
  if (Object.keys(properties).length === 0) return { named, body: undefined };
  const required = Array.isArray(whole["required"])
    ? whole["required"].filter((name) => !inPath.includes(String(name)))
    : [];
  for (const name of inPath) example.delete(name);
  const { required: _required, ...rest } = whole;
  const schema = { ...rest, properties, ...(required.length === 0 ? {} : { required }) };
  const optional = required.length === 0;
  return {
    named,
    body: requestBody({ ...route.body, example: Object.fromEntries(example), optional }, schema),
  };
}

function requestBody(
  { example, type = "application/json", optional }: DescribedBody,
  schema: JsonObject,
): JsonObject {
  const media = { schema, ...(example === undefined ? {} : { example }) };
  return { required: optional !== true, content: { [type]: media } };
}

function answerObject(
  { description, content, located, heads = [] }: DescribedAnswer,
  schemas: JsonSchemas,
): JsonObject {
  const headers = {
    ...(located === true ? { Location: LOCATION } : {}),
    ...Object.fromEntries(heads.map(({ name, ...head }) => [name, headObject(head, schemas)])),
  };
  return {
    description,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(content === undefined
      ? {}
      : {
          content: Object.fromEntries(
            Object.entries(content).map(([type, { schema, example }]) => [
              type,
              { schema: schemas.of(schema), ...(example === undefined ? {} : { example }) },
            ]),
          ),
        }),
  };
}

function headObject(
  { description, schema, example }: Omit<DescribedHead, "name">,
  schemas: JsonSchemas,
): JsonObject {
  return { description, schema: schemas.of(schema), ...(example === undefined ? {} : { example }) };
}

const LOCATION: JsonObject = {
  description: "Where what was created can be read.",
  schema: { type: "string" },
};

/** One answer per status; what it means stands in its codes. */
function problemObjects(
  codes: readonly ProblemCode[],
  schemas: JsonSchemas,
  spoken: boolean | undefined,
): JsonObject {
  const byStatus = Object.groupBy(codes, (code) => String(PROBLEMS[code].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      problemObject(Number(status), group.toSorted(), schemas, spoken),
    ]),
  );
}

function problemObject(
  status: number,
  codes: readonly ProblemCode[],
  schemas: JsonSchemas,
  spoken: boolean | undefined,
): JsonObject {
  const properties = { code: { enum: codes }, ...(spoken === true ? { message: schemas.of(Message) } : {}) };
  const schema = { allOf: [schemas.named("ProblemDetails"), { properties }] };
  const [first] = codes;
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
    ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
    content: {
      "application/problem+json": {
        schema,
        ...(first === undefined ? {} : { example: problemDetails({ code: first }) }),
      },
    },
  };
}

const RETRY_AFTER: JsonObject = {
  "Retry-After": { description: "Seconds after which to send the same again.", schema: { type: "integer" } },
};

function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

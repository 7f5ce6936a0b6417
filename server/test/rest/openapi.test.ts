import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  AttachmentMetadata,
  COLLECTIONS,
  isProblemCode,
  judgeAny,
  OPERATIONS,
  problemDetails,
  ProblemDetails,
} from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { openApiDocument } from "../../src/http/rest/openapi/document.ts";
import { EDGE_DESCRIPTIONS } from "../../src/http/rest/openapi/edge-descriptions.ts";
import { EXAMPLE_INPUTS } from "../../src/http/rest/openapi/examples.ts";
import { REST_DESCRIPTIONS } from "../../src/http/rest/openapi/operation-descriptions.ts";
import { MESSAGE_SEARCH } from "../../src/http/rest/reads/message-search.ts";
import { READ_ROUTES } from "../../src/http/rest/reads/read-routes.ts";
import { OPERATION_ROUTES } from "../../src/http/rest/writes/operation-route.ts";

const document = openApiDocument();
const text = `${JSON.stringify(document, undefined, 2)}\n`;

/** The parts of the OpenAPI 3.1 specification that the document uses, strictly: a misspelt field is an error. */
const Media = z.strictObject({
  schema: z.union([z.looseObject({}), z.boolean()]),
  example: z.unknown().optional(),
});
const Content = z.record(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/), Media);
const Header = z.strictObject({
  description: z.string(),
  schema: z.looseObject({}),
  example: z.unknown().optional(),
});
const Parameter = z.strictObject({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean(),
  description: z.string().optional(),
  schema: z.looseObject({}),
  example: z.unknown().optional(),
});
const Operation = z.strictObject({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(3),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(Parameter).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: Content }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({
      description: z.string(),
      headers: z.record(z.string(), Header).optional(),
      content: Content.optional(),
    }),
  ),
});
const Document = z.strictObject({
  openapi: z.literal("3.1.0"),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string() })),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "head", "options", "post", "put", "patch", "delete"]), Operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Z][A-Za-z]+$/), z.looseObject({})),
    securitySchemes: z.record(
      z.string(),
      z.looseObject({ type: z.literal("http"), scheme: z.literal("bearer") }),
    ),
  }),
});
const parsed = Document.parse(JSON.parse(text));
const operations = Object.entries(parsed.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI document", () => {
  test("is the one that is committed (npm test -- -u writes it anew)", async () => {
    await expect(text).toMatchFileSnapshot("../../../docs/openapi.json");
  });

  test("has the version of the package", () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")));
    expect(parsed.info.version).toBe(version);
  });

  test("holds every operation with a REST route, every read and every route of the edge, once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    const expected = [
      ...Object.values(OPERATIONS).flatMap((definition) =>
        "rest" in definition && definition.rest !== undefined ? [definition.type] : [],
      ),
      ...Object.keys(READ_ROUTES),
      ...EDGE_DESCRIPTIONS.map(({ id }) => id),
      MESSAGE_SEARCH.id,
    ];
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.length).toBe(
      OPERATION_ROUTES.length + Object.keys(READ_ROUTES).length + EDGE_DESCRIPTIONS.length + 1,
    );
  });

  test("has a collection in the schema for whatever is read by its id", () => {
    const read = Object.values(READ_ROUTES).flatMap(
      ({ path }) => /^(.*)\/:(?!operation)[a-z]+$/.exec(path)?.[1] ?? [],
    );
    expect(read.toSorted()).toEqual(COLLECTIONS.map(({ path }) => path).toSorted());
  });

  test("says where what was created is read only where it can be", () => {
    const reads = new Set(REST_DESCRIPTIONS.filter(({ method }) => method === "get").map(({ path }) => path));
    for (const { type, creates } of OPERATION_ROUTES) {
      if (creates === undefined) continue;
      const found = [...reads].filter((path) => /^\/:[a-z]+$/.test(path.replace(creates, "")));
      expect([type, found.length]).toEqual([type, 1]);
    }
    const silent = OPERATION_ROUTES.flatMap(({ type, creates }) => (creates === undefined ? [type] : []));
    expect(silent).toEqual(expect.arrayContaining(["message.send", "lease.take", "lease.giveBack"]));
  });

  test("resolves every reference, and names no schema that nothing uses", () => {
    const references = new Set([...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, target]) => target ?? ""));
    const names = Object.keys(parsed.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...references].toSorted()).toEqual(names.toSorted());
    expect(text).not.toContain("$defs");
  });

  test("declares every parameter of a path, and no other", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((each) => each.in === "path")
        .map(({ name }) => name);
      expect([path, new Set(declared)]).toEqual([path, new Set(inPath)]);
      expect(declared.length).toBe(inPath.length);
    }
  });

  test("never has two paths that differ in the names of their parameters only", () => {
    const shapes = Object.keys(parsed.paths).map((path) => path.replaceAll(/\{[A-Za-z]+\}/g, "{}"));
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test("shows metadata of an upload that its id and its seal belong to", () => {
    const begin = EDGE_DESCRIPTIONS.find(({ id }) => id === "beginUpload");
    const text = begin?.heads?.find(({ name }) => name === "Upload-Metadata")?.example;
    const pairs = String(text)
      .split(",")
      .map((pair) => pair.split(" "));
    const metadata = AttachmentMetadata.parse(
      Object.fromEntries(pairs.map(([name, value]) => [name, Buffer.from(value ?? "", "base64").toString()])),
    );
    const digest = createHash("sha256").update(Buffer.from(metadata.seal, "base64url")).digest();
    expect(metadata.id).toBe(`${digest.subarray(0, 12).toString("base64url")}.1`);
  });

  test("asks for a key exactly where an operation is made", () => {
    for (const { operation } of operations) {
      const keyed = (operation.parameters ?? []).some(
        ({ name, required }) => name === "Idempotency-Key" && required,
      );
      expect([operation.operationId, keyed]).toEqual([
        operation.operationId,
        operation.operationId in OPERATIONS,
      ]);
    }
  });

  test("every schema is one that zod can read back, and every example fits its schema", () => {
    let examples = 0;
    for (const { path, operation } of operations) {
      const parts = [
        ...Object.values(operation.requestBody?.content ?? {}),
        ...Object.values(operation.responses).flatMap(({ content = {}, headers = {} }) => [
          ...Object.values(content),
          ...Object.values(headers),
        ]),
        ...(operation.parameters ?? []),
      ];
      for (const { schema, example } of parts) {
        const type = schemaOf(schema);
        if (example === undefined) continue;
        examples += 1;
        const result = type.safeParse(example);
        expect([path, operation.operationId, example, result.error?.issues]).toEqual([
          path,
          operation.operationId,
          example,
          undefined,
        ]);
      }
    }
    expect(examples).toBeGreaterThan(operations.length);
  });

  test("names only problems that exist, with the status they have", () => {
    for (const { operation } of operations) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const problem = content?.["application/problem+json"];
        if (problem === undefined) continue;
        const { allOf } = z
          .object({
            allOf: z.tuple([
              z.unknown(),
              z.object({ properties: z.object({ code: z.object({ enum: z.array(z.string()) }) }) }),
            ]),
          })
          .parse(problem.schema);
        for (const code of allOf[1].properties.code.enum) {
          expect(isProblemCode(code) && problemDetails({ code }).status).toBe(Number(status));
        }
        expect(ProblemDetails.safeParse(problem.example).success).toBe(true);
      }
    }
  });
});

describe("examples", () => {
  test("of operations are accepted by the operations", () => {
    for (const { type } of OPERATION_ROUTES) {
      expect(judgeAny(type, EXAMPLE_INPUTS[type])).not.toHaveProperty("problem");
    }
  });

  test("of answers and bodies survive the schema the code runs on, and nothing of them is cut off", () => {
    const shown = [...REST_DESCRIPTIONS, ...EDGE_DESCRIPTIONS].flatMap(({ id, answer, body }) =>
      [...Object.values(answer.content ?? {}), ...(body === undefined ? [] : [body])]
        .filter(({ example }) => example !== undefined)
        .map(({ schema, example }) => ({ id, schema, example })),
    );
    expect(shown.map(({ id, schema, example }) => [id, schema.parse(example)])).toEqual(
      shown.map(({ id, example }) => [id, example]),
    );
  });
});

const readBack = new Map<string, z.ZodType>();

/** Reads a schema of the document back, with what it refers to. Most are there many times: that takes seconds. */
function schemaOf(schema: unknown): z.ZodType {
  const text = JSON.stringify(schema);
  const whole = JSON.stringify({ ...Object(schema), $defs: parsed.components.schemas }).replaceAll(
    "#/components/schemas/",
    "#/$defs/",
  );
  const type = readBack.get(text) ?? z.fromJSONSchema(JSON.parse(whole));
  readBack.set(text, type);
  return type;
}

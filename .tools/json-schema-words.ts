/** JSON schemas in plain words, for the tables of the documentation. */
import * as schema from "@healthbridge/schema";
import * as z from "zod/mini";

/** As much of a JSON schema as ours use. */
export const JsonSchema = z.object({
  type: z.optional(z.string()),
  pattern: z.optional(z.string()),
  /** several patterns at once */
  allOf: z.optional(z.array(z.object({ pattern: z.string() }))),
  enum: z.optional(z.array(z.string())),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  multipleOf: z.optional(z.number()),
  maxLength: z.optional(z.number()),
  minItems: z.optional(z.number()),
  maxItems: z.optional(z.number()),
  items: z.optional(z.unknown()),
  properties: z.optional(z.record(z.string(), z.unknown())),
  required: z.optional(z.array(z.string())),
});
export type JsonSchema = z.infer<typeof JsonSchema>;

/** Texts that have a name. */
const NAMED: Readonly<Record<string, z.ZodMiniType>> = {
  id: schema.EntityId,
  start: schema.Start,
  date: schema.CalendarDate,
  "time of day": schema.WallTime,
  "time zone": schema.ZoneName,
  language: schema.Language,
  speciality: schema.Speciality,
  telephone: schema.Phone,
  currency: schema.Currency,
  "SHA-256 as base64url": schema.SecretDigest,
  "e-mail address": schema.Email,
  "https address": schema.PushSubscription.shape.endpoint,
  "public key": schema.PushSubscription.shape.keys.shape.p256dh,
  "secret of 16 bytes": schema.PushSubscription.shape.keys.shape.auth,
  "sign-in name": schema.Login,
};

const NAME_OF_PATTERN = new Map(
  Object.entries(NAMED).map(([name, type]) => [JsonSchema.parse(z.toJSONSchema(type)).pattern, name]),
);

/** What a value is, in words. */
export function inWords(type: JsonSchema): string {
  if (type.enum !== undefined) return type.enum.map((one) => `\`${one}\``).join(", ");
  switch (type.type) {
    case "string":
      return textInWords(type);
    case "integer":
    case "number":
      return numberInWords(type);
    case "boolean":
      return "true or false";
    case "array":
      return listInWords(type);
    case "object":
      return objectInWords(type);
    case undefined:
    default:
      throw new Error(`No words for ${JSON.stringify(type)}`);
  }
}

function textInWords({ pattern, allOf = [], maxLength }: JsonSchema): string {
  const name = pattern === undefined ? undefined : NAME_OF_PATTERN.get(pattern);
  if (name !== undefined) return name;
  if (maxLength === undefined || pattern !== undefined)
    throw new Error(`No words for a text like ${pattern ?? "any"}`);
  const isOneLine = allOf.some((each) => !new RegExp(each.pattern, "u").test("two\nlines"));
  return `${isOneLine ? "one line of text" : "text of several lines"}, 1 to ${String(maxLength)} characters`;
}

function numberInWords({ type, minimum, maximum, multipleOf }: JsonSchema): string {
  const step = multipleOf === undefined ? "" : `, in steps of ${String(multipleOf)}`;
  return `${type === "integer" ? "whole number" : "number"}, ${String(minimum)} to ${String(maximum)}${step}`;
}

function listInWords({ items, minItems = 0, maxItems }: JsonSchema): string {
  const size = `${String(minItems)} to ${String(maxItems)}`;
  return `list of ${size}: ${inWords(JsonSchema.parse(items))}`;
}

function objectInWords({ properties = {}, required = [] }: JsonSchema): string {
  const fields = Object.entries(properties).map(([name, type]) => {
    const mark = required.includes(name) ? "" : "?";
    return `\`${name}${mark}\` ${inWords(JsonSchema.parse(type))}`;
  });
  return `{ ${fields.join("; ")} }`;
}

import * as schema from "@healthbridge/schema";
import * as z from "zod/mini";
import { AppliedAnswer } from "../writes/answer.ts";

/** A JSON value that is known to be an object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What has a name of its own in the document; everything else is written out where it is used. */
const NAMED = {
  Account: schema.Account,
  AppliedAnswer,
  Appointment: schema.Appointment,
  CalendarDate: schema.CalendarDate,
  Clinic: schema.Clinic,
  Doctor: schema.Doctor,
  EntityId: schema.EntityId,
  FeedPage: schema.FeedPage,
  Hours: schema.Hours,
  Patient: schema.Patient,
  PlacedOutput: schema.PlacedOutput,
  Problem: schema.Problem,
  ProblemDetails: schema.ProblemDetails,
  Reason: schema.Reason,
  Session: schema.Session,
  SlotRun: schema.SlotRun,
  Start: schema.Start,
  Wish: schema.Wish,
} satisfies Readonly<Record<string, z.ZodMiniType>>;

const DESCRIPTIONS: Readonly<Partial<Record<keyof typeof NAMED, string>>> = {
  EntityId:
    "`<stream>.<number>`: the id of an operation, and of what it creates. To clients an opaque text of at most 27 characters.",
  Start:
    "An instant with the doctor's local time and its offset, to the minute: `2026-11-24T09:20+03:00`. `Z` is understood too.",
  CalendarDate: "A date as the doctor's wall shows it (ISO 8601).",
  ProblemDetails: "RFC 9457. `code` says what is wrong, `next` what to do, `reasons` all there is to say.",
  SlotRun:
    "`[first start in minutes since 1970, minutes ahead of UTC, length, step, one letter per slot]`; f free, h held, b busy, x blocked.",
};

const registry = z.registry<{ id: string; description?: string }>();
for (const [id, named] of Object.entries(NAMED)) {
  const description = Object.entries(DESCRIPTIONS).find(([name]) => name === id)?.[1];
  registry.add(named, { id, ...(description === undefined ? {} : { description }) });
}

/** Turns zod schemas into JSON schemas (2020-12, as OpenAPI 3.1 wants them) and gathers the named ones they lead to. */
export class JsonSchemas {
  readonly #components = new Map<string, JsonObject>();

  /** What is sent or answered as JSON. */
  of(type: z.ZodMiniType): JsonObject {
    return this.#convert(type, "input");
  }

  /** The fields of an object of parameters, as they are after their text was read. */
  parametersOf(
    type: z.ZodMiniType,
  ): { readonly name: string; readonly required: boolean; readonly schema: JsonObject }[] {
    const { properties, required } = Parameters.parse(this.#convert(type, "output"));
    return Object.entries(properties).map(([name, property]) => ({
      name,
      required: required.includes(name) && property["default"] === undefined,
      schema: property,
    }));
  }

  /** A reference to a named schema. */
  named(name: keyof typeof NAMED): JsonObject {
    return this.of(NAMED[name]);
  }

  /** The named schemas that were met. */
  components(): JsonObject {
    return Object.fromEntries([...this.#components].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  #convert(type: z.ZodMiniType, io: "input" | "output"): JsonObject {
    // Inside an array, so that a named schema is a reference at the top too.
    const json: unknown = z.toJSONSchema(z.array(type), {
      io,
      metadata: registry,
      override({ jsonSchema }) {
        // Says no more than that a number is exact in JavaScript.
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      },
    });
    const { items, $defs } = Converted.parse(hoisted(json));
    for (const [name, definition] of Object.entries($defs)) this.#components.set(name, definition);
    return items;
  }
}

const AnyObject = z.record(z.string(), z.unknown());
const Converted = z.object({ items: AnyObject, $defs: z._default(z.record(z.string(), AnyObject), {}) });
const Parameters = z.object({
  properties: z._default(z.record(z.string(), AnyObject), {}),
  required: z._default(z.array(z.string()), []),
});

/** Points every reference to where OpenAPI keeps schemas. */
function hoisted(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll("#/$defs/", "#/components/schemas/"));
}

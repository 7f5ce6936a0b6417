import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import * as schema from "../../src/index.ts";

/**
 * Everything devices and servers say to each other. Whoever changes it sees the hash change, and decides: does a device of the last version still understand a
 * server of this one, and the other way round? If so, only the hash below is written anew. If not, the version rises, with a line in its history.
 */
const WIRE: Readonly<Record<string, z.ZodMiniType>> = {
  request: schema.SyncRequest,
  operation: schema.WireOperation,
  response: schema.SyncResponse,
  ...schema.SYNC_LINES,
  ticketRequest: schema.TicketRequest,
  ticketAnswer: schema.TicketAnswer,
  deviceFrames: z.union(Object.values(schema.DEVICE_FRAMES)),
  relaysAnswer: schema.RelaysAnswer,
  documentSyncRequest: schema.DocumentSyncRequest,
  documentSyncResponse: schema.DocumentSyncResponse,
  serverFrames: z.union(Object.values(schema.SERVER_FRAMES)),
  problem: schema.ProblemDetails,
  signIn: schema.SignInRequest,
  refresh: schema.RefreshRequest,
  register: schema.RegisterRequest,
  session: schema.Session,
  entities: z.union([
    schema.Account,
    schema.Device,
    schema.Clinic,
    schema.Doctor,
    schema.Patient,
    schema.Availability,
    schema.Sheet,
    schema.Appointment,
    schema.Conversation,
    schema.Message,
  ]),
  ...Object.fromEntries(
    Object.entries(schema.OPERATIONS).flatMap(([type, { input, output }]) => [
      [`${type} input`, input],
      ...(output === undefined ? [] : [[`${type} output`, output]]),
    ]),
  ),
};

/** The hash of the wire, by protocol version. An older version's is never changed. */
const HASHES: Readonly<Record<number, string>> = {
  1: "4PGIkoZlc3Ujc3aR",
};

/** No device of the last versions may be left without a server: this rises with notice, and never falls. */
const FLOOR = 1;

function hashOfWire(): string {
  const said = Object.entries(WIRE).map(([name, type]) => [name, z.toJSONSchema(type, { io: "input" })]);
  return createHash("sha256")
    .update(schema.canonicalText(Object.fromEntries(said)))
    .digest("base64url")
    .slice(0, 16);
}

test("what goes over the wire is what this protocol version says", () => {
  expect(hashOfWire()).toBe(HASHES[schema.PROTOCOL_VERSION]);
});

test("the hash sees a change of a pattern, a bound, a field", () => {
  const hash = (type: z.ZodMiniType): string => schema.canonicalText(z.toJSONSchema(type));
  const plain = z.object({ a: z.string().check(z.maxLength(3)) });
  expect(hash(z.object({ a: z.string().check(z.maxLength(4)) }))).not.toBe(hash(plain));
  expect(hash(z.object({ a: z.string().check(z.regex(/x/)) }))).not.toBe(hash(plain));
  expect(hash(z.object({ a: z.string().check(z.maxLength(3)), b: z.optional(z.int()) }))).not.toBe(
    hash(plain),
  );
});

test("versions and their floor", () => {
  expect(schema.PROTOCOL_FLOOR).toBe(FLOOR);
  expect(schema.PROTOCOL_VERSION).toBeGreaterThanOrEqual(FLOOR);
  expect(Object.keys(HASHES).map(Number)).toEqual(
    Array.from({ length: schema.PROTOCOL_VERSION }, (_, at) => at + 1),
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  drawStreamId,
  EntityId,
  encodeBase64Url,
  operationId,
  splitOperationId,
  StreamId,
} from "../src/index.ts";

describe("ids", () => {
  test("a stream id is drawn from 12 bytes and has its shape", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (bytes) => {
        const id = drawStreamId((count) => {
          expect(count).toBe(12);
          return bytes;
        });
        expect(StreamId.safeParse(id).success).toBe(true);
        expect(id).toBe(Buffer.from(bytes).toString("base64url"));
      }),
    );
  });

  test("base64url is the platform's, of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      }),
    );
  });

  test("an operation's id comes apart as it was put together", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{16}$/),
        fc.integer({ min: 1, max: 4_294_967_295 }),
        (stream, number) => {
          const id = operationId(stream, number);
          expect(EntityId.safeParse(id).success).toBe(true);
          expect(splitOperationId(id)).toEqual({ stream, number });
        },
      ),
    );
  });

  test.each([
    "",
    "a.1",
    "aVdxT2lHdVNyQ2Rm",
    "aVdxT2lHdVNyQ2Rm.0",
    "aVdxT2lHdVNyQ2Rm.01",
    "aVdxT2lHdVNyQ2Rm.1\n",
    " aVdxT2lHdVNyQ2Rm.1",
  ])("%j is no id", (text) => {
    expect(EntityId.safeParse(text).success).toBe(false);
  });
});

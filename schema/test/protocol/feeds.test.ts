import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Cursor, Cursors, FeedName, formatCursors, parseCursors } from "../../src/index.ts";

const cursor: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({ cursor: fc.nat(), begun: fc.constant(undefined) }),
  fc.record({ cursor: fc.nat(), begun: fc.integer({ min: 1, max: 1_000_000_000 }) }),
);
const positions = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 999_999_999_999 }), cursor), {
  selector: ([handle]) => handle,
  maxLength: 40,
});

test("cursors are read as they were written", () => {
  fc.assert(
    fc.property(positions, (given) => {
      const text = formatCursors(given);
      expect(Cursors.safeParse(text).success).toBe(true);
      expect([...parseCursors(text)]).toEqual(given);
    }),
  );
});

test.each(["1", "0:1", "1:", "1:2,", ",1:2", "1:2;3:4", "1:-2", "01:2", "1:2 ", "1:2:", "1:2:3:4"])(
  "%j is no list of cursors",
  (text) => {
    expect(Cursors.safeParse(text).success).toBe(false);
  },
);

test("feeds have four kinds of names", () => {
  for (const name of ["me", "directory", "clinic:aVdxT2lHdVNyQ2Rm.1", "calendar:aVdxT2lHdVNyQ2Rm.1"])
    expect(FeedName.safeParse(name).success).toBe(true);
  for (const name of ["", "you", "clinic:", "clinic:1", "patient:aVdxT2lHdVNyQ2Rm.1", "me "])
    expect(FeedName.safeParse(name).success).toBe(false);
});

import * as fc from "fast-check";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/base64.ts";
import { Shelf } from "../../src/attachments/shelf.ts";
import { memoryStore } from "../../src/stores/memory-store.ts";

const row = {
  id: "drawnByNobody___.1",
  owner: "amina___________.1",
  seal: "",
  conversation: "visit___________.1",
  kind: "photo",
  type: "image/jpeg",
  thumbnailSize: 0,
  digest: "",
  madeAt: 0,
  begun: false,
  status: "waiting",
} as const;

test("a shelf gives back every stretch of what it keeps", async () => {
  const content = randomBytes(200_000);
  const shelf = new Shelf(memoryStore(), 1_000_000);
  await shelf.add({ ...row, size: content.length }, content);
  const edge = fc.oneof(
    fc.nat(content.length),
    fc.constantFrom(0, 49_151, 49_152, 49_153, 98_304, content.length),
  );
  await fc.assert(
    fc.asyncProperty(edge, edge, async (one, other) => {
      const [start, end] = one < other ? [one, other] : [other, one];
      const found = await shelf.bytes(row.id, start, end);
      expect(Buffer.from(found).equals(content.subarray(start, end))).toBe(true);
    }),
  );
});

test("what is removed is gone, its bytes too", async () => {
  const shelf = new Shelf(memoryStore(), 1_000_000);
  await shelf.add({ ...row, size: 100 }, randomBytes(100));
  await shelf.remove([row.id]);
  expect(await shelf.rows()).toEqual([]);
  expect(await shelf.bytes(row.id, 0, 100)).toEqual(new Uint8Array(100));
  expect(await shelf.update({ ...row, size: 100, order: 1 })).toBe(false);
});

test("bytes survive base64, whatever they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
});

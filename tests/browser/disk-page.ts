/** The control of the disk scan, in a page: a store without a vault that keeps all of it as it is. */
import { indexedDbStore } from "@healthbridge/client-sdk";

export interface Plain {
  readonly texts: readonly string[];
  /** as hexadecimal digits */
  readonly keys: readonly string[];
}

/** Keeps each in some of the ways in which a value can lie there: alone, in a long row, and as bytes. */
export async function keep({ texts, keys }: Plain): Promise<void> {
  const store = indexedDbStore({ name: "control" });
  await store.transaction("write", async (tx) => {
    for (const [at, text] of texts.entries()) {
      await tx.put("outbox", `short ${at}`, { text });
      // One letter that is not Latin makes the whole text one of two bytes a letter.
      await tx.put("outbox", `wide ${at}`, { text: `अ ${text}` });
    }
    for (const [at, key] of keys.entries())
      await tx.put("outbox", `key ${at}`, {
        key: Uint8Array.from(key.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
      });
  });
}

/** So many rows that the database moves what is there into its packed tables. */
export async function crowd(): Promise<void> {
  const store = indexedDbStore({ name: "control" });
  for (let round = 0; round < 12; round += 1)
    await store.transaction("write", async (tx) => {
      for (let row = 0; row < 100; row += 1)
        await tx.put("entity", `row ${round} ${row}`, {
          text: `${"much the same ".repeat(400)}${round} ${row}`,
        });
    });
}

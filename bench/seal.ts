import { memoryStore, platformRuntime, type Store } from "@healthbridge/client-sdk";
import { openVault } from "@healthbridge/client-sdk/vault";
import { RowKeys } from "../client-sdk/src/vault/row-keys.ts";
import { median } from "./stage.ts";

/** What one row costs, in microseconds (the middle of the rounds). */
interface RowCost {
  readonly seal: number;
  readonly open: number;
  /** the same with WebCrypto, which a transaction cannot wait for */
  readonly webCryptoSeal: number;
}

/** What `bench seal` finds. */
export interface SealResult {
  /** by bytes of the value as JSON */
  readonly rows: Readonly<Record<string, RowCost>>;
  /** milliseconds for 500 rows of 300 bytes in one transaction of a store in memory, over that of the plain store */
  readonly write500: number;
  readonly read500: number;
  /** milliseconds from the right PIN to an open vault, at the number of rounds a new one has */
  readonly unlock: number;
  /** milliseconds of the first look after that, in which 5,000 rows are counted */
  readonly count5000: number;
}

const SIZES = [100, 300, 1_000, 10_000];
const REPEATS = 500;
const ROUNDS = 9;
const PIN = "482913";

/** Measures what sealing costs on this machine: each row, a transaction of many, unlocking. Needs no server. */
export async function measureSeal(say: (line: string) => void): Promise<SealResult> {
  const rows: Record<string, RowCost> = {};
  for (const size of SIZES) {
    rows[size] = await rowCost(size);
    say(`  ${String(size)} bytes: ${JSON.stringify(rows[size])} µs`);
  }
  const keys = memoryStore();
  const vault = await openVault({ name: "bench", keys });
  await vault.create({ pin: PIN });
  const [plainWrite, plainRead] = await manyCost(() => memoryStore());
  const [write, read] = await manyCost(() => vault.seal(memoryStore()));
  const large = memoryStore();
  await fill(vault.seal(large), 5_000);
  const unlocks: number[] = [];
  const counts: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    vault.lock();
    unlocks.push(await timed(() => vault.unlock({ pin: PIN })));
    const store = vault.seal(large);
    counts.push(await timed(() => store.transaction("read", (tx) => tx.get("meta", "a"))));
  }
  const result = {
    rows,
    write500: round(write - plainWrite),
    read500: round(read - plainRead),
    unlock: round(median(unlocks)),
    count5000: round(median(counts)),
  };
  say(
    `  500 rows of 300 bytes: ${String(result.write500)} ms more to write, ${String(result.read500)} to read`,
  );
  return result;
}

async function rowCost(size: number): Promise<RowCost> {
  const runtime = platformRuntime();
  const dataKey = new Uint8Array(runtime.randomBytes(32));
  const keys = await RowKeys.from(dataKey, "bench", runtime);
  const place = { store: "rows", table: "entity", key: "message:abcdefghijklmnop.17" };
  const text = JSON.stringify("x".repeat(size - 2));
  const sealed = keys.seal(place, text);
  const subtle = await crypto.subtle.importKey("raw", dataKey, "AES-GCM", false, ["encrypt"]);
  const bytes = new TextEncoder().encode(text);
  const each = async (work: () => unknown): Promise<number> => {
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      taken.push(
        await timed(async () => {
          for (let at = 0; at < REPEATS; at += 1) await work();
        }),
      );
    return round((median(taken) * 1_000) / REPEATS);
  };
  return {
    seal: await each(() => keys.seal(place, text)),
    open: await each(() => keys.open(place, sealed)),
    webCryptoSeal: await each(() =>
      crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(runtime.randomBytes(12)) }, subtle, bytes),
    ),
  };
}

async function manyCost(open: () => Store): Promise<readonly [write: number, read: number]> {
  const writes: number[] = [];
  const reads: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = open();
    await store.transaction("write", (tx) => tx.put("meta", "a", 1));
    writes.push(await timed(() => fill(store, REPEATS)));
    reads.push(await timed(() => store.transaction("read", (tx) => tx.list("entity"))));
  }
  return [median(writes), median(reads)];
}

async function fill(store: Store, count: number): Promise<void> {
  const value = { text: "x".repeat(289) };
  await store.transaction("write", (tx) =>
    Promise.all(Array.from({ length: count }, (_, at) => tx.put("entity", `message:${String(at)}`, value))),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

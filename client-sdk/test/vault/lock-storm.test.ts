import * as fc from "fast-check";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { HealthBridgeError, memoryStore, type Store, type StoreTransaction } from "../../src/index.ts";
import { doctor, otieno, slot, wanjiru } from "../support/clinic.ts";
import { scene, useNetwork } from "../support/scene.ts";
import { openedVault, pin } from "../support/vault.ts";

useNetwork();
const RUNS = Number(process.env["LOCK_STORM_RUNS"] ?? 6);

/** A store that counts down the calls of its transactions, and does something before the last of them. */
class CountingStore implements Store {
  readonly #open: () => Store;
  #inner: Store;
  left = Infinity;
  onLast = (): void => undefined;

  constructor(open: () => Store) {
    this.#open = open;
    this.#inner = open();
  }

  transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#inner.transaction(mode, (tx) => work(this.#counting(tx)));
  }

  /** Ends this run's use of it; the next one can go on. */
  async close(): Promise<void> {
    const inner = this.#inner;
    this.#inner = this.#open();
    await inner.close();
  }

  #counting(tx: StoreTransaction): StoreTransaction {
    const count = (): void => {
      this.left -= 1;
      if (this.left === 0) this.onLast();
    };
    return {
      get: (...words) => (count(), tx.get(...words)),
      list: (...words) => (count(), tx.list(...words)),
      put: (...words) => (count(), tx.put(...words)),
      delete: (...words) => (count(), tx.delete(...words)),
      clear: (...words) => (count(), tx.clear(...words)),
    };
  }
}

const step = fc.record({
  do: fc.constantFrom(
    "book" as const,
    "book" as const,
    "sync" as const,
    "acknowledge" as const,
    "restart" as const,
  ),
  slot: fc.nat(11),
  patient: fc.constantFrom(wanjiru.id, otieno.id),
  lane: fc.constantFrom("urgent" as const, "normal" as const),
  /** the vault locks at this call of a transaction */
  lockAt: fc.option(fc.integer({ min: 1, max: 60 }), { nil: Infinity }),
  /** the answer is lost */
  isCut: fc.boolean(),
});

test(
  "wherever the vault locks, whoever was told that something is kept finds it, and everything has its effect and its outcome once",
  { timeout: 120_000 },
  async () => {
    let locks = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        const place = scene();
        const vault = await openedVault({ runtime: place.runtime, lockAfterMs: Infinity });
        const counting = new CountingStore(() => memoryStore(place.disk));
        counting.onLast = () => {
          locks += 1;
          vault.lock();
        };
        let hb = await place.ready({ store: vault.seal(counting) });
        const kept = new Set<string>();
        const acknowledged = new Set<string>();
        for (const { do: what, slot: at, patient, lane, lockAt, isCut } of steps) {
          counting.left = lockAt;
          try {
            if (what === "book")
              kept.add((await hb.book({ doctor: doctor.id, patient, start: slot(at) }, { lane })).id);
            else if (what === "sync") {
              if (isCut)
                place.line.faults.push(async (_, go) => {
                  await go();
                  return HttpResponse.error();
                });
              await hb.sync();
            } else if (what === "acknowledge") {
              const ids = (await hb.outcomes()).map(({ id }) => id);
              await hb.acknowledge(ids);
              for (const id of ids) acknowledged.add(id);
            }
          } catch (error) {
            if (!(error instanceof HealthBridgeError && error.code === "store_locked")) throw error;
          }
          counting.left = Infinity;
          place.line.faults.length = 0;
          if (vault.state.get().state !== "open") await vault.unlock({ pin });
          if (what !== "restart") continue;
          await hb.close();
          hb = await place.open({ store: vault.seal(counting) });
        }
        await hb.sync();
        expect(await hb.sync()).toMatchObject({ done: true, waiting: 0 });
        const told = (await hb.outcomes()).map(({ id }) => id);
        expect(new Set(told).size).toBe(told.length);
        // What was acknowledged in the moment of a lock may be listed once more, never less.
        expect(new Set([...told, ...acknowledged])).toEqual(kept);
        const byId = (left: { readonly id: string }, right: { readonly id: string }): number =>
          left.id < right.id ? -1 : 1;
        expect(hb.list("appointment").toSorted(byId)).toEqual(
          place.server.list("appointment").toSorted(byId),
        );
        await hb.close();
      }),
      { numRuns: RUNS },
    );
    expect(locks).toBeGreaterThan(0);
  },
);

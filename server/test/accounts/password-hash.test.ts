import { describe, expect, it } from "vitest";
import { createPasswordHasher } from "../../src/accounts/password-hash.ts";
import { Places } from "../../src/accounts/places.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";

const hasher = createPasswordHasher(systemRandomness);

describe("a password's hash", () => {
  it("is argon2id in PHC form, with a salt of its own", async () => {
    const [first, second] = await Promise.all([hasher.hash("same"), hasher.hash("same")]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(first.length).toBeLessThanOrEqual(255);
  });

  it("fits the whole password and nothing else", async () => {
    const long = "é".repeat(255);
    const hash = await hasher.hash(long);
    expect(await hasher.verify(long, hash)).toBe(true);
    expect(await hasher.verify(long.normalize("NFD"), hash)).toBe(true);
    expect(await hasher.verify(`${long}x`, hash)).toBe(false);
    expect(await hasher.verify(long.slice(1), hash)).toBe(false);
    expect(await hasher.verify(long.toUpperCase(), hash)).toBe(false);
  });

  it("is not believed when it asks for more than a server can give, or is none", async () => {
    const hash = await hasher.hash("x");
    for (const bad of [hash.replace("m=19456", "m=9999999"), hash.replace("argon2id", "argon2i"), "", "x"]) {
      expect(await hasher.verify("x", bad)).toBe(false);
    }
  });

  it("of nobody is worked out like anybody's", async () => {
    const hash = await hasher.hash("right and long enough");
    const rounds = 5;
    const time = async (known: string | undefined): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const started = performance.now();
        await hasher.verify("wrong and long enough", known);
        times.push(performance.now() - started);
      }
      return Math.min(...times);
    };
    const [somebody, nobody] = [await time(hash), await time(undefined)];
    // Without a hash to work on, an answer would come at once: a thousandth, not a quarter.
    expect(nobody / somebody).toBeGreaterThan(0.25);
  });
});

it("places let so many in, so many wait in order, and send the rest away", async () => {
  const places = new Places(2, 2);
  const order: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const runs = gates.map((gate, at) =>
    places.run(async () => {
      order.push(at);
      await gate.promise;
    }),
  );
  await expect(places.run(async () => undefined)).rejects.toMatchObject({ problem: { code: "unavailable" } });
  expect(order).toEqual([0, 1]);
  gates[1]?.resolve();
  await runs[1];
  gates[0]?.resolve();
  gates[2]?.resolve();
  gates[3]?.resolve();
  await Promise.all(runs);
  expect(order).toEqual([0, 1, 2, 3]);
});

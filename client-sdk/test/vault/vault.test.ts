import { expect, test } from "vitest";
import { memoryStore } from "../../src/index.ts";
import { listVaults, openVault } from "../../src/vault/index.ts";
import { FakeRuntime } from "../support/fake-runtime.ts";
import { fakePasskeys, openedVault, pin, vaultOn } from "../support/vault.ts";

const wrong = "111222";
const MINUTE = 60_000;

test("a new vault is created with a PIN, and opens with that PIN after a restart", async () => {
  const keys = memoryStore();
  const vault = await vaultOn({ keys });
  expect(vault.state.get()).toEqual({ state: "new", passkey: false });
  await vault.create({ pin, label: "Amina" });
  expect(vault.state.get()).toEqual({ state: "open", passkey: false });
  const restarted = await vaultOn({ keys });
  expect(restarted.state.get()).toEqual({ state: "locked", passkey: false });
  expect(restarted.label).toBe("Amina");
  await restarted.unlock({ pin });
  expect(restarted.state.get()).toEqual({ state: "open", passkey: false });
});

test("one name is created once, and what was never created cannot be unlocked", async () => {
  const keys = memoryStore();
  const vault = await vaultOn({ keys });
  await expect(vault.unlock({ pin })).rejects.toMatchObject({ code: "vault_missing" });
  await vault.create({ pin });
  await expect(vault.create({ pin })).rejects.toMatchObject({ code: "vault_exists" });
});

test.each(["12345", "111111", "123456", "987654", "x".repeat(65), ""])(
  "the PIN %s is refused",
  async (weak) => {
    const vault = await vaultOn();
    await expect(vault.create({ pin: weak })).rejects.toMatchObject({ code: "pin_weak" });
    expect(vault.state.get().state).toBe("new");
  },
);

test("what is kept of a vault names neither the PIN nor the key", async () => {
  const keys = memoryStore();
  await openedVault({ keys });
  const [row] = await keys.transaction("read", (tx) => tx.list("meta"));
  expect(row?.[0]).toBe("vault:amina");
  expect(Object.keys(row?.[1] as object).toSorted()).toEqual(["id", "label", "pin"]);
  expect(JSON.stringify(row)).not.toContain(pin);
});

test("after five wrong PINs there is a wait that a restart does not end, and that grows", async () => {
  const keys = memoryStore();
  const runtime = new FakeRuntime();
  await openedVault({ keys, runtime });
  const vault = await vaultOn({ keys, runtime });
  for (const left of [4, 3, 2, 1]) {
    await expect(vault.unlock({ pin: wrong })).rejects.toMatchObject({ code: "pin_wrong" });
    expect(vault.state.get()).toEqual({ state: "locked", passkey: false, triesLeft: left });
  }
  await expect(vault.unlock({ pin: wrong })).rejects.toMatchObject({ code: "pin_wrong" });
  expect(vault.state.get()).toMatchObject({ waitMs: 30_000 });
  const restarted = await vaultOn({ keys, runtime });
  await expect(restarted.unlock({ pin })).rejects.toMatchObject({
    code: "pin_wait",
    retry: "later",
    retryAfter: 30_000,
  });
  await runtime.advance(30_000);
  expect(restarted.state.get()).not.toHaveProperty("waitMs");
  await expect(restarted.unlock({ pin: wrong })).rejects.toMatchObject({ code: "pin_wrong" });
  await expect(restarted.unlock({ pin })).rejects.toMatchObject({ code: "pin_wait", retryAfter: MINUTE });
  await runtime.advance(MINUTE);
  await restarted.unlock({ pin });
  expect(restarted.state.get()).toEqual({ state: "open", passkey: false });
  restarted.lock();
  expect(restarted.state.get()).toEqual({ state: "locked", passkey: false });
});

test("a clock that was set back makes nobody wait longer than the wait", async () => {
  const keys = memoryStore();
  const runtime = new FakeRuntime();
  await openedVault({ keys, runtime });
  const vault = await vaultOn({ keys, runtime });
  for (let time = 0; time < 5; time += 1) await vault.unlock({ pin: wrong }).catch(() => undefined);
  runtime.wall -= 365 * 24 * 60 * MINUTE;
  await expect(vault.unlock({ pin })).rejects.toMatchObject({ code: "pin_wait", retryAfter: 30_000 });
  await runtime.advance(30_000);
  await vault.unlock({ pin });
});

test("a try counts before anybody knows whether it was right: ending the app in between saves none", async () => {
  const keys = memoryStore();
  const vault = await openedVault({ keys });
  let isTold = false;
  const tried = vault.unlock({ pin: wrong }).catch(() => (isTold = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await keys.transaction("read", (tx) => tx.get("meta", "vault:amina"))).toMatchObject({
    tries: { wrong: 1 },
  });
  expect(isTold).toBe(false);
  await tried;
});

test("another PIN opens the same store, and the old one does not", async () => {
  const keys = memoryStore();
  const vault = await openedVault({ keys });
  const rows = memoryStore();
  await vault.seal(rows).transaction("write", (tx) => tx.put("meta", "a", 1));
  await expect(vault.changePin({ pin: wrong, newPin: "739105" })).rejects.toMatchObject({
    code: "pin_wrong",
  });
  await vault.changePin({ pin, newPin: "739105" });
  expect(vault.state.get()).toEqual({ state: "open", passkey: false });
  const restarted = await vaultOn({ keys });
  await expect(restarted.unlock({ pin })).rejects.toMatchObject({ code: "pin_wrong" });
  await restarted.unlock({ pin: "739105" });
  expect(await restarted.seal(rows).transaction("read", (tx) => tx.get("meta", "a"))).toBe(1);
});

test("a vault with fewer rounds than are asked for now is brought up to them when it is unlocked", async () => {
  const keys = memoryStore();
  await openedVault({ keys });
  const kept = async () =>
    (await keys.transaction("read", (tx) => tx.get("meta", "vault:amina"))) as { pin: object };
  expect((await kept()).pin).toMatchObject({ rounds: 100_000 });
  const vault = await vaultOn({ keys, rounds: 150_000 });
  await vault.unlock({ pin });
  expect((await kept()).pin).toMatchObject({ rounds: 150_000 });
  await (await vaultOn({ keys })).unlock({ pin });
  await expect(vaultOn({ keys, rounds: 1_000 })).rejects.toMatchObject({ code: "malformed", path: "rounds" });
});

test("a PIN that another tab changes meanwhile stays changed", async () => {
  const keys = memoryStore();
  const vault = await openedVault({ keys });
  // It unlocks with the old PIN, and has more to do than the one that changes it.
  const slow = await vaultOn({ keys, rounds: 400_000 });
  await Promise.all([slow.unlock({ pin }), vault.changePin({ pin, newPin: "739105" })]);
  await expect((await vaultOn({ keys })).unlock({ pin })).rejects.toMatchObject({ code: "pin_wrong" });
  await (await vaultOn({ keys })).unlock({ pin: "739105" });
});

test("it locks by itself when nobody has touched the app for a while, by either clock", async () => {
  const runtime = new FakeRuntime();
  const vault = await openedVault({ runtime, lockAfterMs: 5 * MINUTE });
  await runtime.advance(4 * MINUTE);
  vault.touch();
  await runtime.advance(4 * MINUTE);
  expect(vault.state.get().state).toBe("open");
  await runtime.advance(MINUTE);
  expect(vault.state.get().state).toBe("locked");
  await vault.unlock({ pin });
  // A clock that somebody has set back.
  runtime.wall -= 60 * MINUTE;
  await runtime.advance(5 * MINUTE);
  expect(vault.state.get().state).toBe("locked");
  await vault.unlock({ pin });
  // A phone that slept in a pocket: no timer ran, and the clock that never jumps stood still.
  runtime.wall += 6 * MINUTE;
  const store = vault.seal(memoryStore());
  await expect(store.transaction("read", async () => 1)).rejects.toMatchObject({ code: "store_locked" });
  expect(vault.state.get().state).toBe("locked");
  vault.touch();
  expect(vault.state.get().state).toBe("locked");
});

test("`Infinity` never locks", async () => {
  const runtime = new FakeRuntime();
  const vault = await openedVault({ runtime, lockAfterMs: Infinity });
  await runtime.advance(1e12);
  expect(vault.state.get().state).toBe("open");
});

test("`lock()` locks every tab; a tab that was left alone locks alone", async () => {
  const keys = memoryStore();
  const runtime = new FakeRuntime();
  const first = await openedVault({ keys, runtime, lockAfterMs: 5 * MINUTE });
  const second = await vaultOn({ keys, runtime, lockAfterMs: Infinity });
  await second.unlock({ pin });
  await runtime.advance(5 * MINUTE);
  expect([first.state.get().state, second.state.get().state]).toEqual(["locked", "open"]);
  await first.unlock({ pin });
  second.lock();
  await expect.poll(() => first.state.get().state).toBe("locked");
  await first.close();
  await second.close();
});

test("a passkey unlocks it as well, without a wait, until it is removed", async () => {
  const keys = memoryStore();
  const passkeys = fakePasskeys();
  const runtime = new FakeRuntime();
  const vault = await openedVault({ keys, passkeys, runtime });
  const rows = memoryStore();
  await vault.seal(rows).transaction("write", (tx) => tx.put("meta", "a", 1));
  await expect(vault.unlockWithPasskey()).rejects.toMatchObject({ code: "passkey_unavailable" });
  await vault.addPasskey();
  vault.lock();
  expect(vault.state.get()).toEqual({ state: "locked", passkey: true });
  for (let time = 0; time < 5; time += 1) await vault.unlock({ pin: wrong }).catch(() => undefined);
  passkeys.agrees = false;
  await expect(vault.unlockWithPasskey()).rejects.toMatchObject({ code: "passkey_refused" });
  passkeys.agrees = true;
  await vault.unlockWithPasskey();
  expect(await vault.seal(rows).transaction("read", (tx) => tx.get("meta", "a"))).toBe(1);
  passkeys.forget();
  await expect(vault.unlockWithPasskey()).rejects.toMatchObject({ code: "passkey_refused" });
  await vault.removePasskey();
  expect(vault.state.get()).toEqual({ state: "open", passkey: false });
});

test("only whoever has unlocked it adds a passkey", async () => {
  const vault = await openedVault();
  vault.lock();
  await expect(vault.addPasskey()).rejects.toMatchObject({ code: "store_locked" });
});

test("a wiped vault is new, in every tab, and what it sealed is deleted", async () => {
  const keys = memoryStore();
  const runtime = new FakeRuntime();
  const vault = await openedVault({ keys, runtime });
  const other = await vaultOn({ keys, runtime });
  const rows = memoryStore();
  const store = vault.seal(rows);
  await store.transaction("write", (tx) => tx.put("meta", "a", 1));
  await vault.wipe();
  expect(vault.state.get()).toEqual({ state: "new", passkey: false });
  await expect.poll(() => other.state.get().state).toBe("new");
  expect(await rows.transaction("read", (tx) => tx.list("meta"))).toEqual([]);
  expect(await keys.transaction("read", (tx) => tx.list("meta"))).toEqual([]);
  await expect(store.transaction("read", (tx) => tx.get("meta", "a"))).rejects.toMatchObject({
    code: "store_locked",
  });
  await vault.close();
  await other.close();
});

test("several people on one device each have a vault; the lock screen lists them without a PIN", async () => {
  const keys = memoryStore();
  const amina = await openedVault({ keys, name: "k3f" });
  await (await vaultOn({ keys, name: "9ab" })).create({ pin: "906714", label: "Juma" });
  await amina.describe({ waiting: 3 });
  expect(await listVaults({ keys })).toEqual([
    { name: "9ab", label: "Juma", passkey: false, waiting: undefined },
    { name: "k3f", label: "Amina", passkey: false, waiting: 3 },
  ]);
  await expect((await vaultOn({ keys, name: "k3f" })).unlock({ pin: "906714" })).rejects.toMatchObject({
    code: "pin_wrong",
  });
  await amina.describe({ label: "A." });
  expect((await listVaults({ keys })).at(1)).toMatchObject({ label: "A.", waiting: 3 });
});

test("on a page to which the browser lends no cryptography it says so", async () => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    await expect(openVault({ name: "amina", keys: memoryStore() })).rejects.toMatchObject({
      code: "vault_unavailable",
    });
  } finally {
    Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
  }
});

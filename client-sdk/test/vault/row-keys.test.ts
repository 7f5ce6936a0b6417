import { webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { gcm } from "@noble/ciphers/aes.js";
import { RowKeys } from "../../src/vault/row-keys.ts";

const bytes = (count: number): Uint8Array<ArrayBuffer> => webcrypto.getRandomValues(new Uint8Array(count));
const random = { randomBytes: bytes };
const place = { store: "rows", table: "outbox", key: "s.1" };
const keysOf = (fill: number, vault = "v"): Promise<RowKeys> =>
  RowKeys.from(new Uint8Array(32).fill(fill), vault, random);

test("what the library seals WebCrypto opens, and the other way round, with additional data", async () => {
  for (let size = 0; size < 200; size += 7) {
    const [key, nonce, text, about] = [bytes(32), bytes(12), bytes(size), bytes(20)];
    const subtle = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
    const how = { name: "AES-GCM", iv: nonce, additionalData: about };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how, subtle, text));
    expect(gcm(key, nonce, about).encrypt(text)).toEqual(sealed);
    expect(gcm(key, nonce, about).decrypt(sealed)).toEqual(text);
  }
});

test("a value opens where it was sealed and nowhere else", async () => {
  const keys = await keysOf(1);
  const sealed = keys.seal(place, '{"name":"Wanjiru"}');
  expect(keys.open(place, sealed)).toEqual({ name: "Wanjiru" });
  for (const other of [
    { ...place, store: "files" },
    { ...place, table: "outcome" },
    { ...place, key: "s.2" },
  ])
    expect(() => keys.open(other, sealed)).toThrow(expect.objectContaining({ code: "store_tampered" }));
  for (const others of [await keysOf(2), await keysOf(1, "w")])
    expect(() => others.open(place, sealed)).toThrow(expect.objectContaining({ code: "store_tampered" }));
});

test.each([undefined, 7, null, "", "1", "2".repeat(60), { sealed: "1" }, `1${"!".repeat(60)}`])(
  "what nobody sealed does not open: %j",
  async (wrong) => {
    const keys = await keysOf(1);
    expect(() => keys.open(place, wrong)).toThrow(expect.objectContaining({ code: "store_tampered" }));
  },
);

test("no single bit of a sealed value can be changed", async () => {
  const keys = await keysOf(1);
  const sealed = keys.seal(place, '"Otieno"'); // with its tag a multiple of three bytes, so that each character counts
  for (let at = 0; at < sealed.length; at += 1) {
    const other = sealed[at] === "A" ? "B" : "A";
    const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
    expect(() => keys.open(place, changed), `at ${at}`).toThrow(
      expect.objectContaining({ code: "store_tampered" }),
    );
  }
});

test("a hidden place is always the same text, another one another, and so with other keys", async () => {
  const keys = await keysOf(1);
  const hidden = keys.hide(place);
  expect(hidden).toHaveLength(24);
  expect((await keysOf(1)).hide(place)).toBe(hidden);
  const others = [
    (await keysOf(2)).hide(place),
    keys.hide({ ...place, key: "s.2" }),
    keys.hide({ ...place, table: "meta" }),
  ];
  expect(new Set([hidden, ...others]).size).toBe(4);
});

test("keys that were forgotten do nothing any more", async () => {
  const keys = await keysOf(1);
  const sealed = keys.seal(place, "1");
  keys.forget();
  for (const use of [
    () => keys.seal(place, "1"),
    () => keys.open(place, sealed),
    () => keys.hide(place),
    () => keys.sum([sealed]),
  ])
    expect(use).toThrow(expect.objectContaining({ code: "store_locked", retry: "later" }));
});

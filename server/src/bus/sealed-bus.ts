import { createHmac, timingSafeEqual } from "node:crypto";
import { derivedKey, type KeyRing } from "../accounts/signing-keys.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { Bus } from "./bus.ts";

/** `1.key.node.seal.text`: the version, the id of the key, who sent it, the seal, and what is said. */
const MESSAGE = /^1\.([A-Za-z0-9_-]{1,8})\.([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{22})\.(.*)$/s;
const NODE_BYTES = 8;
const SEAL_BYTES = 16;
const PURPOSE = "bus";

/**
 * A bus on which only nodes that hold our keys are heard: whoever else reaches the broker can neither say who is writing in a conversation nor make all nodes ask the database. What a
 * node said itself it does not hear. The seal hides nothing, and a message that was overheard can be said again: nothing may be believed because of a message alone.
 */
export function sealBus(bus: Bus, keys: KeyRing, randomness: Randomness): Bus {
  const own = Buffer.from(randomness.bytes(NODE_BYTES)).toString("base64url");
  const sealing = new Map(keys.map((key) => [key.id, derivedKey(key, PURPOSE)]));
  const [newest] = keys;
  const newestKey = derivedKey(newest, PURPOSE);
  let heard = 0;
  let refused = 0;
  const open = (topic: string, message: string): string | undefined => {
    const [, id = "", node = "", seal = "", text = ""] = MESSAGE.exec(message) ?? [];
    const key = sealing.get(id);
    const isOurs =
      key !== undefined && timingSafeEqual(Buffer.from(seal, "base64url"), sealOf(key, topic, node, text));
    if (!isOurs) refused += 1;
    if (!isOurs || node === own) return undefined;
    heard += 1;
    return text;
  };
  return {
    get isUp() {
      return bus.isUp;
    },
    publish: (topic, text) => {
      const seal = sealOf(newestKey, topic, own, text).toString("base64url");
      bus.publish(topic, `1.${newest.id}.${own}.${seal}.${text}`);
    },
    subscribe: (topic, listener) =>
      bus.subscribe(topic, (message) => {
        const text = open(topic, message);
        if (text !== undefined) listener(text);
      }),
    whenBack: (listener) => bus.whenBack(listener),
    counts: () => ({ ...bus.counts(), heard, refused }),
    close: () => bus.close(),
  };
}

function sealOf(key: Uint8Array, topic: string, node: string, text: string): Buffer {
  return createHmac("sha256", key).update(`${topic}\n${node}\n${text}`).digest().subarray(0, SEAL_BYTES);
}

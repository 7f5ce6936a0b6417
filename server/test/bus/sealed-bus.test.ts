import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { derivedKey, drawKey, type KeyRing } from "../../src/accounts/signing-keys.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { sealBus } from "../../src/bus/sealed-bus.ts";

/** A broker in memory: whoever holds it hears everything that is said, himself included, and can say what he likes. */
function broker(): {
  readonly bus: () => Bus;
  say(topic: string, message: string): void;
  readonly heard: string[];
} {
  const listeners: [topic: string, listener: (text: string) => void][] = [];
  const heard: string[] = [];
  const say = (topic: string, message: string): void => {
    heard.push(message);
    for (const [wanted, listener] of listeners) if (wanted === topic) listener(message);
  };
  const bus = (): Bus => ({
    isUp: true,
    publish: say,
    subscribe: (topic, listener) => {
      listeners.push([topic, listener]);
      return () => undefined;
    },
    whenBack: () => () => undefined,
    counts: () => ({ sent: 0, dropped: 0, heard: 0, refused: 0 }),
    close: () => Promise.resolve(),
  });
  return { bus, say, heard };
}

const OLD = drawKey("k1", systemRandomness);
const NEW = drawKey("k2", systemRandomness);

function node(keys: KeyRing, bus: Bus, topic = "feeds"): { readonly bus: Bus; readonly heard: string[] } {
  const sealed = sealBus(bus, keys, systemRandomness);
  const heard: string[] = [];
  sealed.subscribe(topic, (text) => heard.push(text));
  return { bus: sealed, heard };
}

test("nodes with the same keys hear each other, and not themselves", () => {
  const { bus } = broker();
  const [a, b] = [node([OLD], bus()), node([OLD], bus())];
  a.bus.publish("feeds", "p1.2\nand a second line");
  expect([a.heard, b.heard]).toEqual([[], ["p1.2\nand a second line"]]);
  expect([a.bus.counts(), b.bus.counts()]).toMatchObject([
    { heard: 0, refused: 0 },
    { heard: 1, refused: 0 },
  ]);
});

test("while keys are changed, a node that has both hears those that have the old one only", () => {
  const { bus } = broker();
  const [before, after] = [node([OLD], bus()), node([NEW, OLD], bus())];
  before.bus.publish("feeds", "from before");
  after.bus.publish("feeds", "from after");
  expect([before.heard, after.heard]).toEqual([[], ["from before"]]);
});

test("nobody without the keys is heard, whatever he says", () => {
  const { bus, say, heard } = broker();
  const a = node([OLD], bus());
  const b = node([OLD], bus());
  b.bus.publish("feeds", "true");
  const [real = ""] = heard;
  expect(a.heard).toEqual(["true"]);
  const forged = createHmac("sha256", derivedKey(NEW, "bus")).update("feeds\naaaaaaaaaaa\nfalse").digest();
  const attempts = [
    "",
    "true",
    "\u0000\uFFFD\uFFFD",
    "1....",
    "{}",
    real.replace(/true$/, "false"),
    real.replace("1.k1.", "1.k2."),
    real.replace("1.k1.", "2.k1."),
    real.replace(/^(1\.k1\.)(.)/, (_, head: string, first: string) => head + (first === "A" ? "B" : "A")),
    `1.k1.aaaaaaaaaaa.${forged.subarray(0, 16).toString("base64url")}.false`,
    `1.k1.aaaaaaaaaaa.${"A".repeat(22)}.${"x".repeat(1_000_000)}`,
  ];
  for (const attempt of attempts) say("feeds", attempt);
  // Sealed for one topic, it is nothing on another.
  const other = node([OLD], bus(), "presence");
  say("presence", real);
  expect([a.heard, other.heard]).toEqual([["true"], []]);
  expect(a.bus.counts()).toMatchObject({ heard: 1, refused: attempts.length });
  expect(other.bus.counts()).toMatchObject({ heard: 0, refused: 1 });
});

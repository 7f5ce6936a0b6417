import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { platformRuntime } from "../src/index.ts";

/** As in React Native: what was aborted keeps no reason, and does not throw. */
class BareSignal extends EventTarget {
  aborted = false;
}

class BareController {
  readonly signal = new BareSignal();
  abort(_reason?: unknown): void {
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event("abort"));
  }
}

class BarePromise<T> extends Promise<T> {}
void Object.defineProperty(BarePromise, "withResolvers", { value: undefined, writable: true });

const guide = readFileSync(new URL("../../docs/guides/write-an-app.md", import.meta.url), "utf8");
const [, polyfills = ""] = /```js\n(Promise\.withResolvers[^`]+)```/.exec(guide) ?? [];

test("what the guide brings to React Native lets a wait be called off, with its reason, before it is over", async () => {
  // oxlint-disable-next-line typescript/no-implied-eval -- the guide's own text is what is tested
  new Function("Promise", "AbortSignal", "AbortController", polyfills)(
    BarePromise,
    BareSignal,
    BareController,
  );
  const [called, other] = [new BareController(), new BareController()];
  const any: unknown = Reflect.get(BareSignal, "any");
  if (typeof any !== "function") throw new Error("the guide brings no AbortSignal.any");
  const either = any([other.signal, called.signal]);
  const sleeping = platformRuntime().sleep(600_000, either);
  called.abort("enough");
  await expect(sleeping).rejects.toBe("enough");
  await expect(platformRuntime().sleep(600_000, either)).rejects.toBe("enough");
  const { promise, resolve } = BarePromise.withResolvers<string>();
  resolve("there");
  expect(await promise).toBe("there");
});

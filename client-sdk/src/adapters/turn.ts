/** Node's way to be called next; browsers have none as quick. */
const immediate: unknown = Reflect.get(globalThis, "setImmediate");

/** Resolves once everything that was ready to run has run, and whatever that made ready: one turn of the platform's event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof immediate === "function") {
      Reflect.apply(immediate, undefined, [resolve]);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

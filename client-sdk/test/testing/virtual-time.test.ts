import { expect, test } from "vitest";
import { VirtualTime } from "../../src/testing/index.ts";

const start = Date.UTC(2026, 10, 23, 6);

test("time stands still until it is moved, and what falls due runs in its order", async () => {
  const time = new VirtualTime({ start });
  const ran: string[] = [];
  time.after(200, () => ran.push(`second at ${time.elapsed()}`));
  time.after(100, () => ran.push(`first at ${time.elapsed()}`));
  const callOff = time.after(150, () => ran.push("called off"));
  callOff();
  await time.settle();
  expect(ran).toEqual([]);
  await time.advance(199);
  expect(ran).toEqual(["first at 100"]);
  await time.advance(1);
  expect(ran).toEqual(["first at 100", "second at 200"]);
  expect(time.now()).toBe(start + 200);
});

test("what follows from one thing runs before the next", async () => {
  const time = new VirtualTime({ start });
  const ran: string[] = [];
  void time.sleep(100).then(async () => {
    ran.push("one");
    await Promise.resolve();
    ran.push("what follows");
  });
  time.after(100, () => ran.push("two"));
  await time.advance(100);
  expect(ran).toEqual(["one", "what follows", "two"]);
});

test("a sleep ends with its signal's reason", async () => {
  const time = new VirtualTime({ start });
  const controller = new AbortController();
  const asleep = time.sleep(1_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(asleep).rejects.toThrow("enough");
});

test("work is run to its end, however long it takes in virtual time", async () => {
  const time = new VirtualTime({ start });
  const work = async (): Promise<string> => {
    for (let turn = 0; turn < 10; turn += 1) await time.sleep(60_000);
    return "done";
  };
  expect(await time.run(work())).toBe("done");
  expect(time.elapsed()).toBe(600_000);
});

test("work that fails says so, and work that never ends is given up", async () => {
  const time = new VirtualTime({ start });
  await expect(time.run(Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(time.run(new Promise(() => undefined), 5_000)).rejects.toThrow("Not done within 5000 ms");
  expect(time.elapsed()).toBe(5_000);
});

test("time waits for work of the platform that it is told to wait for", async () => {
  const time = new VirtualTime({ start });
  const order: string[] = [];
  const packed = time.hold(
    new Response(
      new Blob(["a".repeat(100_000)]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  void packed.then(() => {
    order.push(`packed at ${time.elapsed()}`);
    time.after(10, () => order.push(`sent at ${time.elapsed()}`));
  });
  time.after(50, () => order.push(`something else at ${time.elapsed()}`));
  await time.advance(100);
  expect(order).toEqual(["packed at 0", "sent at 10", "something else at 50"]);
});

import { platformRuntime, type Runtime } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { lateRuntime } from "../src/app/late-runtime.ts";

function network(name: string) {
  const pokes = new Set<() => void>();
  const runtime: Runtime = {
    ...platformRuntime(),
    fetch: async () => new Response(name),
    onOnline(listener) {
      pokes.add(listener);
      return () => pokes.delete(listener);
    },
  };
  return { runtime, poke: () => [...pokes].forEach((listener) => listener()), listening: () => pokes.size };
}

const answer = async (runtime: Runtime) => (await runtime.fetch("/", {})).text();

test("speaks through what was put in last, and as at first once that is taken out", async () => {
  const [http, socket] = [network("http"), network("socket")];
  const runtime = lateRuntime(http.runtime);
  expect(await answer(runtime)).toBe("http");
  runtime.use(socket.runtime);
  expect(await answer(runtime)).toBe("socket");
  runtime.use(undefined);
  expect(await answer(runtime)).toBe("http");
});

test("who listened before hears what comes through the new one, once, and can stop", () => {
  const [http, socket] = [network("http"), network("socket")];
  const runtime = lateRuntime(http.runtime);
  let heard = 0;
  const stop = runtime.onOnline(() => (heard += 1));
  runtime.use(socket.runtime);
  socket.poke();
  http.poke();
  expect(heard).toBe(1);
  stop();
  socket.poke();
  expect(heard).toBe(1);
  expect([http.listening(), socket.listening()]).toEqual([0, 0]);
});

import { request } from "node:http";
import type { Backend } from "./backends.ts";

const ANSWER_MS = 2_000;

/** Asks a node whether it can serve. One that hangs says nothing, which is a no. */
export function askWhetherReady({ host, port }: Backend): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asking = request({ host, port, path: "/readyz", agent: false, timeout: ANSWER_MS });
  const no = (): void => {
    resolve(false);
    asking.destroy();
  };
  asking.once("response", (answer) => {
    answer.resume();
    resolve(answer.statusCode === 200);
  });
  asking.on("error", no).once("timeout", no).end();
  return promise;
}

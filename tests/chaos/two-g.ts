import { join } from "node:path";
import { text } from "node:stream/consumers";
import { start } from "../setup/process.ts";
import type { LineBytes } from "./faults/bad-line.ts";
import { startTwoGLine } from "./faults/two-g-line.ts";
import { openHouse } from "./house/house.ts";
import type { LineOrder, SentOverLine } from "./line-client.ts";
import type { ChaosOptions } from "./options.ts";
import type { Progress } from "./progress.ts";

/** 500 operations over a line as slow and as bad as 2G. */
export interface TwoGResult {
  readonly sent: SentOverLine;
  readonly kind: "network" | "proxy";
  /** bytes of HTTP, both ways, heads and bodies */
  readonly httpBytes: number;
  /** what the line itself carried, with the heads of IP and TCP, and what it lost and repeated */
  readonly line: LineBytes;
  readonly good: boolean;
}

const OPERATIONS = 500;
const MOST_MS = 30_000;
const MOST_BYTES = 60_000;
const MAIN = "tests/chaos/line-client.ts";

export async function runTwoG(
  options: ChaosOptions,
  folder: string,
  progress: Progress,
): Promise<TwoGResult> {
  const { seed, database: flavour } = options;
  await using house = await openHouse({
    folder,
    flavour,
    durable: true,
    withRedis: false,
    work: "all",
    servers: 1,
    devices: 0,
    processes: 0,
    seed,
    everyMs: 0,
    say: (line) => progress.say(line),
  });
  const [tenant] = house.tenants;
  const account = tenant?.accounts.find(({ role }) => role === "staff");
  const server = house.entrances[0]?.server;
  if (tenant === undefined || account === undefined || server === undefined)
    throw new Error("an empty house");
  const order = { store: join(folder, "tablet.db"), tenant: tenant.id, account, count: OPERATIONS };
  progress.say(`Queueing ${OPERATIONS} operations without a network …`);
  const queued = start(MAIN, [
    JSON.stringify({ ...order, do: "queue", url: `http://127.0.0.1:${server.port}` }),
  ]);
  if ((await queued.ended) !== 0) throw new Error(`Queueing failed:\n${queued.said()}`);
  await using line = await startTwoGLine({ target: { host: "127.0.0.1", port: server.port }, seed }, (word) =>
    progress.say(word),
  );
  progress.say("Sending them over the line: 300 ± 100 ms each way, 5 % lost, 50 kbit/s …");
  const send: LineOrder = { ...order, do: "send", url: line.url };
  const words = [
    "--conditions=@healthbridge/source",
    join(import.meta.dirname, "line-client.ts"),
    JSON.stringify(send),
  ];
  const child = line.run(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  if (child.stdout === null || child.stderr === null) throw new Error("no output");
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === "") throw new Error(`Sending failed:\n${complaint}`);
  const sent = JSON.parse(said) as SentOverLine;
  const { up, down } = line.http.stats;
  const httpBytes = up + down;
  const complete = sent.done && sent.applied === OPERATIONS && sent.waiting === 0;
  return {
    sent,
    kind: line.kind,
    httpBytes,
    line: await line.bytes(),
    good: complete && sent.ms <= MOST_MS && httpBytes <= MOST_BYTES,
  };
}

import { URL } from "../world/device.ts";
import type { Told } from "../world/history.ts";
import type { World } from "../world/world.ts";

const MOST_REPLAYS = 3;

/** I6: who asks again gets the same answer. Some of what was sent is sent once more, to whichever server. */
export async function checkReplays(world: World): Promise<void> {
  const random = world.random.fork("replays");
  const told = new Map<string, Told>();
  // What went on under another id is not asked for under the old one.
  for (const { history } of world.devices)
    for (const each of history.told) if (!history.moved.has(each.id)) told.set(each.id, each);
  const known = [...told.values()].filter(({ id }) => world.sent.has(id));
  for (let count = 0; count < Math.min(MOST_REPLAYS, known.length); count += 1)
    await replay(world, random.pick(known), random.pick(world.servers));
}

async function replay(world: World, told: Told, server: World["servers"][number]): Promise<void> {
  const sent = world.sent.get(told.id);
  const [stream] = told.id.split(".");
  const account = world.database.rows("stream").find(({ id }) => id === stream)?.["account_id"];
  const active = new Set(
    world.database.rows("device").flatMap((row) => (row["status"] === "active" ? [row["id"]] : [])),
  );
  const session = world.database
    .rows("session")
    .find(
      (row) =>
        row["account_id"] === account &&
        row["ended_at"] === null &&
        Number(row["expires_at"]) > world.time.now() &&
        active.has(row["device_id"]),
    );
  if (sent === undefined || session === undefined) return;
  const token = `${String(account)}~${String(session["device_id"])}~${Math.floor(world.time.now() / 1_000) + 600}`;
  const answers: string[] = [];
  for (const content of sent.contents) {
    const again = await ask(world, server, told.id, content, token);
    const gone = again.includes("outcome_pruned") && isPruned(world, told.id);
    if (again === told.text && (await isToldAgain(world, server, told, token))) return;
    if (gone) return;
    answers.push(again);
  }
  world.violated(
    "I6",
    `${told.id} was answered ${told.text}, and ${answers.join(", ")} when it was asked again`,
  );
}

async function ask(
  world: World,
  server: World["servers"][number],
  id: string,
  content: string,
  token: string,
): Promise<string> {
  const [stream = "", number = ""] = id.split(".");
  const body = `{"protocol":1,"stream":"${stream}","from":${number},"operations":[${content}]}`;
  return answerOf(await send(world, server, body, token), Number(number));
}

/** Who did not hear an outcome is told it again, also without sending the operation. */
async function isToldAgain(
  world: World,
  server: World["servers"][number],
  { id, text }: Told,
  token: string,
): Promise<boolean> {
  const [stream = "", name = ""] = id.split(".");
  const number = Number(name);
  const body = `{"protocol":1,"stream":"${stream}","from":${number + 1},"heard":${number - 1}}`;
  return answerOf(await send(world, server, body, token), number) === text;
}

async function send(
  world: World,
  server: World["servers"][number],
  body: string,
  token: string,
): Promise<string> {
  const request = new Request(`${URL}/v1/sync`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body,
  });
  let text: string | undefined;
  void server.serve(request).then(
    async (response) => (text = await response.text()),
    () => (text = "no answer"),
  );
  await world.time.until(() => text !== undefined, 60_000);
  return text ?? "no answer";
}

function answerOf(text: string, number: number): string {
  try {
    const { settled = 0, outcomes = [] }: Partial<Answer> = JSON.parse(text);
    const spelled = outcomes.find((each) => each.number === number);
    if (spelled?.problem !== undefined)
      return JSON.stringify({ status: "rejected", problem: spelled.problem });
    if (spelled === undefined && settled < number) return text;
    return JSON.stringify({ status: "applied", output: spelled?.output });
  } catch {
    return text;
  }
}

interface Answer {
  readonly settled: number;
  readonly outcomes?: readonly {
    readonly number: number;
    readonly output?: unknown;
    readonly problem?: unknown;
  }[];
}

/** Whether an outcome was told without what it said once, because the server keeps it no longer. */
export function isToldBare(world: World, { id, text }: Told): boolean {
  return text === JSON.stringify({ status: "applied" }) && isPruned(world, id);
}

function isPruned(world: World, told: string): boolean {
  const [stream, number] = told.split(".");
  const row = world.database.rows("stream").find(({ id }) => id === stream);
  return Number(row?.["pruned_through"] ?? 0) >= Number(number);
}

import { randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { addAdministrator } from "../../../tests/chaos/house/server.ts";
import { furnish } from "../../../tests/chaos/scene.ts";
import { until } from "../../../tests/setup/process.ts";
import { redisForTests } from "../../../tests/setup/redis.ts";
import { type Client, stockClient, type Version } from "../realtime/documents/support/provider.ts";
import { type Nodes, pidOfRedis, pidsOf, startNodes } from "./nodes-program.ts";

const program = await redisForTests();
const TENANT = { id: "demo", canary: "kingfisher", clinics: [1], patients: 0 };
const ROUNDS = 60;
/** Good for nothing: the provider asks again until the app has a new one for it. */
const SPENT = "x".repeat(32);

/** A consultation in which staff and the doctor write, over REST as an app's makers would try it. */
async function consultation({ url, environment }: Nodes) {
  const password = await addAdministrator({ ...environment, HEALTHBRIDGE_TENANT: TENANT.id }, "root");
  const tenant = await furnish(url, TENANT, { login: "root", password });
  const [clinic] = tenant.clinics;
  const doctor = clinic?.doctors[0] ?? "";
  const signIn = async (
    role: "staff" | "doctor",
  ): Promise<(path: string, json: object) => Promise<unknown>> => {
    const account = tenant.accounts.find((each) => each.role === role);
    const nonce = randomBytes(32).toString("base64url");
    const { login = "", password: secret = "" } = account ?? {};
    const session = await send(url, "/v1/sessions", { login, password: secret, device: role, nonce });
    const authorization = `Bearer ${String(Reflect.get(session, "accessToken"))}`;
    return (path, json) => send(url, path, json, { authorization });
  };
  const [asStaff, asDoctor] = [await signIn("staff"), await signIn("doctor")];
  const patient = idOf(await asStaff("/v1/patients", { name: "Wanjiku", clinic: clinic?.id }));
  const start = `${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)}T09:00+03:00`;
  const appointment = idOf(await asStaff("/v1/appointments", { doctor, patient, start }));
  return { document: `${appointment}.intake`, asStaff, asDoctor };
}

async function send(
  url: string,
  path: string,
  json: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<object> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "idempotency-key": randomBytes(12).toString("hex"),
      ...headers,
    },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${path} answered ${await response.text()}`);
  return (await response.json()) as object;
}

function idOf(answer: unknown): string {
  return String(Reflect.get(Object(answer) as object, "id"));
}

/** The stock provider as an app uses it with one-time tickets: whenever a line ends it asks for another. */
function openDocument(
  nodes: Nodes,
  version: Version,
  document: string,
  ask: (path: string, json: object) => Promise<unknown>,
): Client {
  const address = `${nodes.url.replace("http", "ws")}/v1/documents`;
  const client = stockClient(version, () => ({ url: address, ticket: () => SPENT }), document, "");
  const renew = async (): Promise<void> => {
    // A node may have died with the request: the next close asks again.
    const answer = await ask("/v1/realtime/ticket", { purpose: "documents" }).catch(() => undefined);
    if (answer !== undefined)
      client.provider.params = { ticket: String(Reflect.get(Object(answer) as object, "ticket")) };
  };
  client.provider.on("connection-close", () => void renew());
  void renew();
  onTestFinished(() => {
    client[Symbol.dispose]();
  });
  return client;
}

function lines({ doc }: Pick<Client, "doc">): readonly string[] {
  return doc.getArray<string>("lines").toArray();
}

describe.skipIf(program === undefined)("documents over two nodes", () => {
  test("what stock providers write comes to all and is kept, whatever is killed meanwhile", async () => {
    const nodes = await startNodes(["--nodes", "2"]);
    const { document, asStaff, asDoctor } = await consultation(nodes);
    const clients = [
      openDocument(nodes, "3.0.0", document, asDoctor),
      openDocument(nodes, "3.1.0", document, asStaff),
      openDocument(nodes, "3.0.0", document, asStaff),
      openDocument(nodes, "3.1.0", document, asDoctor),
    ];
    await until("all to be in", () => clients.every(({ provider }) => provider.synced) || undefined);
    const said = (text: string): (() => true | undefined) => {
      const before = nodes.program.said().split(text).length;
      return () => nodes.program.said().split(text).length > before || undefined;
    };
    const kill = async (pid: number, back: string): Promise<void> => {
      const isBack = said(back);
      process.kill(pid, "SIGKILL");
      await until(`${back} to be said`, isBack);
    };
    const blows = new Map([
      [10, () => kill(pidsOf(nodes)[0] ?? 0, "Node 1 is back")],
      [25, () => kill(pidOfRedis(nodes), "Redis is back")],
      [40, () => kill(pidsOf(nodes)[1] ?? 0, "Node 2 is back")],
    ]);
    const written: string[] = [];
    const striking: Promise<void>[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const blow = blows.get(round)?.();
      if (blow !== undefined) striking.push(blow);
      for (const [at, { doc }] of clients.entries()) {
        const line = `client ${String(at)} round ${String(round)}`;
        doc.getArray<string>("lines").push([line]);
        written.push(line);
      }
      // As fast as the nodes answer something else, so that the rounds lie before, in and after each kill.
      await fetch(`${nodes.url}/readyz`).catch(() => undefined);
      if (round % 15 === 0) await Promise.all(striking);
    }
    await Promise.all(striking);
    const all = written.toSorted();
    await until(
      "all to have all of it",
      () => clients.every((client) => lines(client).length === all.length) || undefined,
    );
    const [first] = clients;
    if (first === undefined) throw new Error("nobody is there");
    for (const client of clients) expect(lines(client)).toEqual(lines(first));
    expect(lines(first).toSorted()).toEqual(all);
    // Who comes afterwards has nothing but what was stored.
    const late = openDocument(nodes, "3.1.0", document, asStaff);
    await until("a newcomer to have it", () => lines(late).length === all.length || undefined);
    expect(lines(late)).toEqual(lines(first));
    expect(Y.encodeStateVector(late.doc)).toEqual(Y.encodeStateVector(first.doc));
    // Stopped while everybody is in: all are sent away, and nothing waits for them.
    nodes.program.kill("SIGINT");
    expect(await nodes.program.ended).toBe(0);
    await until(
      "all to be sent away",
      () => clients.every(({ closes }) => closes.includes(1012)) || undefined,
    );
  });
});

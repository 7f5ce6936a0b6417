import { expect, test } from "vitest";
import type { Runtime } from "../../src/adapters/runtime.ts";
import { platformRuntime } from "../../src/index.ts";
import { photo, scene } from "../attachments/scene.ts";
import { problem } from "../support/line.ts";
import { jpeg } from "../support/files.ts";

/** Should it go on for ever, this ends it. */
const ENOUGH = 90;
const MINUTES = 60;

type Answer = (init: RequestInit, go: () => Promise<Response>) => Promise<Response>;

/** A photo that is sent by itself for an hour, to a server that answers like this: how often that was asked, and what became of it. */
async function sent(answer: Answer) {
  const world = await scene();
  const { lab, desk, conversation } = world;
  const { runtime: real = platformRuntime() } = desk.open;
  let asked = 0;
  let bytes = 0;
  const fetch: Runtime["fetch"] = (url, init) => {
    const go = (): Promise<Response> => real.fetch(url, init);
    if (!url.includes("/v1/attachments")) return go();
    asked += 1;
    if (init.body instanceof Uint8Array) bytes += init.body.length;
    return asked > ENOUGH ? Promise.reject(new TypeError("no network")) : answer(init, go);
  };
  const attachments = await world.open(desk, { runtime: { ...real, fetch }, autoUpload: true });
  await attachments.attach(jpeg(400_000), { ...photo(conversation), thumbnail: false });
  await lab.time.advance(MINUTES * 60_000);
  const [shown] = attachments.list();
  await attachments.end();
  await lab.close();
  return { asked, bytes, state: shown?.state };
}

const tus = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { "tus-resumable": "1.0.0", ...headers } });

test.each<[what: string, answer: Answer]>([
  ["keeps nothing of it", async ({ method }) => tus(method === "POST" ? 201 : 204, { "upload-offset": "0" })],
  ["has more of it than there is", async () => tus(200, { "upload-offset": "900000" })],
  [
    "has forgotten it each time that it was begun",
    async ({ method, body }) =>
      method === "POST"
        ? tus(201, { "upload-offset": String(body instanceof Uint8Array ? body.length : 0) })
        : tus(404),
  ],
  ["says each time that it stands elsewhere", async () => tus(409)],
  ["says each time that the token is over", async () => tus(401)],
  ["asks to come again at once", async () => tus(503, { "retry-after": "0" })],
  ["is not ours", async () => new Response("<html></html>", { status: 200 })],
  ["refuses it in words of another", async () => problem(403, "forbidden")],
])("a photo that goes to a server that %s is sent less and less often, and waits", async (_, answer) => {
  const { asked, bytes, state } = await sent(answer);
  expect(state).toBe("waiting");
  expect(asked).toBeLessThan(ENOUGH);
  expect(bytes).toBeLessThan(1_000_000);
});

test("a photo waits for what is queued once, and then goes, where that cannot be sent", async () => {
  const world = await scene();
  const { lab, desk, conversation } = world;
  const { hb } = desk;
  let syncs = 0;
  const stuck = {
    list: hb.list.bind(hb),
    on: hb.on.bind(hb),
    status: hb.status,
    waiting: () => (syncs < ENOUGH ? [waiting] : []),
    sync: async () => {
      syncs += 1;
      return report;
    },
  };
  const attachments = await world.open(desk, { hb: stuck });
  await attachments.attach(jpeg(4_000), { ...photo(conversation), thumbnail: false });
  expect(await lab.time.run(attachments.upload())).toBeUndefined();
  expect(syncs).toBeLessThan(5);
  expect(attachments.list()).toMatchObject([{ state: "sent" }]);
  await lab.close();
});

const waiting = {
  id: "nonenonenonenone.1",
  type: "patient.register",
  input: {},
  lane: "normal",
  madeAt: 0,
  forecast: "unknown",
} as const;
const report = {
  done: false,
  applied: 0,
  rejected: 0,
  waiting: 1,
  pulled: 0,
  bytesSent: 0,
  bytesReceived: 0,
} as const;

test("a download that begins anew each time, and is cut here and there, comes to an end", async () => {
  const world = await scene();
  const { lab, doctor } = world;
  const { runtime: real = platformRuntime() } = doctor.open;
  let asked = 0;
  const fetch: Runtime["fetch"] = (url, init) => {
    if (!url.includes("/v1/attachments")) return real.fetch(url, init);
    asked += 1;
    if (asked > ENOUGH) return Promise.reject(new TypeError("no network"));
    let left = 2;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1;
        if (left > 0) controller.enqueue(new Uint8Array(asked % 2 === 0 ? 5_000 : 6_000));
        else controller.error(new TypeError("cut"));
      },
    });
    return Promise.resolve(new Response(body, { headers: { "tus-resumable": "1.0.0" } }));
  };
  const attachments = await world.open(doctor, { runtime: { ...real, fetch } });
  await expect(lab.time.run(attachments.download("nonenonenonenone.1"))).rejects.toMatchObject({
    code: "offline",
  });
  expect(asked).toBeLessThan(10);
  await lab.close();
});

import { afterEach, expect, it } from "vitest";
import { newStream, openWorld, startIn } from "../../../tests/setup/world.ts";
import { runningServer } from "../http/running-server.ts";
import { hangUp, openLine } from "./line-client.ts";

const server = await runningServer();
const world = await openWorld(server.databaseUrl, {}, "demo");
const amina = await server.open("amina", "staff", { clinics: [world.clinic] });
await server.open("baraka", "staff", { clinics: [world.clinic] });
await server.open("boss", "administrator");
const { accessToken: token } = await server.signIn("amina");
const { accessToken: others } = await server.signIn("baraka");
const { accessToken: boss } = await server.signIn("boss");

afterEach(hangUp);

async function submit(by: string, operations: readonly { type: string; input: object }[]): Promise<string> {
  const stream = newStream();
  const json = {
    protocol: 1,
    stream,
    from: 1,
    operations: operations.map((each) => ({ ...each, madeAt: 0 })),
  };
  const { body } = await server.send("POST", "/v1/sync", { json, token: by });
  expect(body.settled).toBe(operations.length);
  expect((body.outcomes ?? []).filter(({ problem }) => problem !== undefined)).toEqual([]);
  return stream;
}

let hour = 8;

/** A booking of a new patient of the clinic's; answers its conversation. */
async function booked(): Promise<string> {
  const patient = await submit(others, [
    { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic } },
  ]);
  hour += 1;
  const input = {
    doctor: world.doctor,
    patient: `${patient}.1`,
    start: startIn(5, `${String(hour).padStart(2, "0")}:00`),
  };
  return `${await submit(others, [{ type: "appointment.book", input }])}.1`;
}

const sayIn = (conversation: string) => (text: string) =>
  submit(others, [{ type: "message.send", input: { conversation, text } }]);

it("an administrator who follows a clinic is pushed nothing of what is said there", async () => {
  const say = sayIn(await booked());
  await say("before");
  const line = await openLine(server, boss);
  const answer = await line.sync({ follow: ["me", `clinic:${world.clinic}`] }, { push: true });
  expect(JSON.stringify(answer)).not.toContain("before");
  await say("while she is there");
  const conversation = await booked();
  // Something else she is told of: by then what was said before it would have come.
  await line.next(({ page }) => JSON.stringify(page ?? {}).includes(conversation));
  expect(JSON.stringify(line.frames)).not.toContain("while she is there");
});

it("whoever works for a clinic no longer is told nothing more of it, whatever she follows", async () => {
  const say = sayIn(await booked());
  await say("before");
  const line = await openLine(server, token);
  // Not her own feed, which would tell her that something has changed.
  await line.sync({ follow: [`clinic:${world.clinic}`] }, { push: true });
  await say("while she works there");
  expect(JSON.stringify((await line.next(({ page }) => page !== undefined)).json)).toContain(
    "while she works there",
  );
  const key = { "idempotency-key": "clinics-of-amina" };
  const left = await server.send("PUT", `/v1/accounts/${amina}/clinics`, {
    json: { clinics: [] },
    token: boss,
    headers: key,
  });
  expect(left.body).toMatchObject({ outcome: "applied" });
  await say("after she has left");
  expect(JSON.stringify(await line.heard())).not.toContain("after she has left");
});

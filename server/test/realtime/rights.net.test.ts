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

it("whoever works for a clinic no longer is told nothing more of it, whatever she follows", async () => {
  const booked = await submit(others, [
    { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic } },
  ]);
  const booking = await submit(others, [
    {
      type: "appointment.book",
      input: { doctor: world.doctor, patient: `${booked}.1`, start: startIn(5, "09:00") },
    },
  ]);
  const say = (text: string) =>
    submit(others, [{ type: "message.send", input: { conversation: `${booking}.1`, text } }]);
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

import { expect, test } from "vitest";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES, thumbnail } from "./files.ts";

const world = await attachmentServer();
const { server, tokens, begin, patch, get } = world;
const { mary, doctor } = tokens;
const photo = { kind: "photo", type: "image/jpeg" };

test("who takes part in a conversation brings no photo back by naming it herself: only its sender's messages show it", async () => {
  const small = thumbnail();
  const file = FILES["image/jpeg"](9_000);
  const whole = Buffer.concat([small, file]);
  const facts = { ...photo, thumbnail: String(small.length) };
  const { id } = await begin(whole, facts, { body: whole.subarray(0, 4_000), named: false });
  const see = async (token: string) =>
    Promise.all(["", "/thumbnail"].map(async (what) => (await get(`${PATH}/${id}${what}`, token)).status));
  await world.name([id], { token: doctor });
  await patch(id, 4_000, whole.subarray(4_000));
  expect(await see(doctor)).toEqual([404, 404]);
  const message = await world.name([id]);
  expect(await see(doctor)).toEqual([200, 200]);
  const headers = { "idempotency-key": "withdrawn-and-named-again" };
  await server.send("DELETE", `/v1/messages/${message}`, { token: mary, headers });
  await world.name([id], { token: doctor });
  expect([await see(doctor), await see(mary)]).toEqual([
    [404, 404],
    [200, 200],
  ]);
});

test("what one device has sent and another one of the same account has named is seen", async () => {
  const file = FILES["image/jpeg"]();
  const phone = await world.otherDevice();
  const { id } = await begin(file, photo, { token: phone, body: file });
  expect((await get(`${PATH}/${id}`, doctor)).status).toBe(404);
  await world.name([id]);
  expect((await get(`${PATH}/${id}`, doctor)).status).toBe(200);
});

test("that it has arrived is told by its sender's message alone, whoever else has named it before", async () => {
  const file = FILES["image/jpeg"](9_000);
  const { id } = await begin(file, photo, { named: false });
  const foreign = await world.name([id], { token: doctor });
  const own = await world.name([id]);
  await patch(id, 0, file);
  const lineOf = async (message: string) => {
    const path = `/v1/conversations/${world.conversation}/messages?limit=5`;
    const { body } = await server.send("GET", path, { token: doctor });
    return body.items.find((each) => each.id === message);
  };
  await expect.poll(() => lineOf(own)).toMatchObject({ arrived: [id] });
  expect(await lineOf(foreign)).toMatchObject({ attachments: [id] });
  expect(await lineOf(foreign)).not.toHaveProperty("arrived");
});

import { expect, test } from "vitest";
import { newStream, openWorld } from "../../../tests/setup/world.ts";
import { createPasswordHasher } from "../../src/accounts/password-hash.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { nonce, PASSWORD } from "../http/running-server.ts";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES } from "./files.ts";

const world = await attachmentServer();
const { server, tokens, begin, patch, get, conversation } = world;
const photo = { kind: "photo", type: "image/jpeg" };
let keys = 0;

async function ask(token: string, path: string, json: object = {}): Promise<string> {
  const headers = { "idempotency-key": `who-takes-part-${(keys += 1)}` };
  const { status, body, text } = await server.send("POST", path, { token, headers, json });
  expect([path, status < 300 ? "" : text]).toEqual([path, ""]);
  return body.id;
}

const see = async (id: string, token: string): Promise<number> => (await get(`${PATH}/${id}`, token)).status;

test("in a conversation that is closed nothing more is attached, and what is there is still seen", async () => {
  const file = FILES["image/jpeg"](6_000);
  const there = await begin(file, photo, { body: file });
  const half = await begin(file, photo);
  await patch(half.id, 0, file.subarray(0, 2_000));
  await ask(tokens.doctor, `/v1/conversations/${conversation}/close`);
  expect(JSON.parse((await begin(file, photo, { named: false })).text)).toMatchObject({
    status: 403,
    code: "forbidden",
  });
  expect((await patch(half.id, 2_000, file.subarray(2_000))).status).toBe(404);
  expect([await see(there.id, tokens.mary), await see(there.id, tokens.doctor)]).toEqual([200, 200]);
  await ask(tokens.doctor, `/v1/conversations/${conversation}/reopen`);
  expect((await patch(half.id, 2_000, file.subarray(2_000))).status).toBe(204);
});

test("the doctor it is handed over to sees what was attached, and the former one does no more", async () => {
  const file = FILES["image/jpeg"](3_000);
  const { id } = await begin(file, photo, { body: file });
  const admin = (await server.signIn("admin")).accessToken;
  const clinic = await ask(admin, "/v1/clinics", { name: "Machakos", zone: "Africa/Nairobi" });
  const facts = { clinic, specialities: ["dermatology"], languages: ["sw"] };
  const other = await ask(admin, "/v1/doctors", { name: "Dr Otieno", ...facts });
  await server.open("otieno", "doctor", { doctor: other });
  const otieno = (await server.signIn("otieno")).accessToken;
  expect([await see(id, otieno), await see(id, tokens.doctor)]).toEqual([404, 200]);
  await ask(tokens.doctor, `/v1/conversations/${conversation}/hand-over`, { doctor: other });
  expect([await see(id, otieno), await see(id, tokens.doctor)]).toEqual([200, 404]);
  expect((await begin(file, photo, { token: tokens.doctor })).status).toBe(404);
});

test("administrators and people of the doctor's clinic see nothing of it", async () => {
  const file = FILES["image/jpeg"](3_000);
  const { id } = await begin(file, photo, { body: file });
  const admin = (await server.signIn("admin")).accessToken;
  const clinics = await server.send("GET", "/v1/clinics", { token: admin });
  await server.open("amina", "staff", { clinics: clinics.body.items.map((each) => each.id) });
  const amina = (await server.signIn("amina")).accessToken;
  expect([await see(id, admin), await see(id, amina)]).toEqual([404, 404]);
  expect((await begin(file, photo, { token: admin })).status).toBe(404);
});

test("another organisation's people see nothing, and begin nothing, whatever they are there", async () => {
  const file = FILES["image/jpeg"](3_000);
  const { id } = await begin(file, photo, { body: file });
  await using elsewhere = await openWorld(server.databaseUrl, {}, "elsewhere");
  for (const role of ["administrator", "staff", "doctor", "patient"] as const) {
    const login = `${role}-elsewhere`;
    const facts = { staff: { clinics: [elsewhere.clinic] }, doctor: { doctor: elsewhere.doctor } };
    const input = { login, name: login, role, ...(role === "staff" || role === "doctor" ? facts[role] : {}) };
    const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
    await elsewhere.executor.submit({
      submitter: { tenant: "elsewhere", account: undefined, device: undefined, system: true },
      stream: newStream(),
      from: 1,
      heard: 0,
      operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
      carrier: "server",
    });
    const asked = { tenant: "elsewhere", login, password: PASSWORD, device: "Phone", nonce: nonce() };
    const { status, body } = await server.send("POST", "/v1/sessions", { json: asked });
    expect(status).toBe(201);
    expect(await see(id, body.accessToken)).toBe(404);
    expect((await begin(file, photo, { token: body.accessToken })).status).toBe(404);
    expect((await patch(id, 0, file, body.accessToken)).status).toBe(404);
  }
});

test("a device that was signed out goes on with nothing", async () => {
  const file = FILES["image/jpeg"](3_000);
  const token = await world.otherDevice();
  const { id } = await begin(file, photo);
  expect((await patch(id, 0, file.subarray(0, 100), token)).status).toBe(204);
  await server.send("DELETE", "/v1/sessions/current", { token });
  await expect
    .poll(async () => (await patch(id, 100, file.subarray(100), token)).status, { timeout: 5_000 })
    .toBe(401);
  expect((await patch(id, 100, file.subarray(100))).status).toBe(204);
});

import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HealthBridge, memoryStore } from "@healthbridge/client-sdk";
import { type Attachments, openAttachments } from "@healthbridge/client-sdk/attachments";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../setup/process.ts";
import { addAdministrator, type House, makeHouse } from "./support/house.ts";
import { callerAt } from "./support/rest.ts";

const LOGIN = "amina";
const PASSWORD = "seven lamps on the shelf tonight";
const PHOTOS = 12;
const PHOTO_BYTES = 900_000;
const THUMBNAIL_BYTES = 4_000;

let house: House;
let conversation: string;
let hb: HealthBridge;
let attachments: Attachments;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  house = stack.use(await makeHouse({ demo: false }));
  const administrator = await addAdministrator(house, "root");
  await house.open();
  const { clinic, doctor } = await furnish(administrator);
  const store = memoryStore();
  hb = stack.use(await HealthBridge.open({ url: house.url, store, autoSync: false }));
  await hb.signIn({ login: LOGIN, password: PASSWORD });
  const patient = await hb.registerPatient({ name: "Wanjiru Kamau", clinic });
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const visit = await hb.book({ doctor, patient: patient.id, start: `${day}T09:00+03:00` });
  const { done } = await hb.sync();
  if (!done) throw new Error("the visit could not be booked");
  conversation = visit.id;
  attachments = await openAttachments({
    hb,
    url: house.url,
    store,
    files: memoryStore(),
    autoUpload: false,
    makeThumbnail: () => Promise.resolve(jpeg(THUMBNAIL_BYTES)),
  });
  stack.defer(() => attachments.end());
});

afterAll(() => stack.disposeAsync());

async function furnish(password: string): Promise<{ readonly clinic: string; readonly doctor: string }> {
  const root = await callerAt(house.url, "root", password);
  const clinic = String((await root.post("/v1/clinics", { name: "Kitui", zone: "Africa/Nairobi" }))["id"]);
  await root.post("/v1/accounts", {
    login: LOGIN,
    password: PASSWORD,
    name: LOGIN,
    role: "staff",
    clinics: [clinic],
  });
  const entry = { name: "Dr Achieng", clinic, specialities: ["general-practice"], languages: ["sw"] };
  const doctor = String((await root.post("/v1/doctors", entry))["id"]);
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "17:00" }] }));
  const hours = { zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0, weekly };
  await root.put(`/v1/doctors/${doctor}/availability`, hours);
  return { clinic, doctor };
}

function jpeg(size: number): Blob {
  return new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), new Uint8Array(randomBytes(size - 4))]);
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64url");

/** Strikes whenever so many bytes of uploads have arrived. */
async function strikeAt(
  blows: ReadonlyArray<readonly [bytes: number, strike: () => Promise<void>]>,
): Promise<void> {
  const arrived = async (): Promise<number> =>
    (await house.side.number("SELECT COALESCE(SUM(received), 0) FROM attachment")) ?? 0;
  for (const [bytes, strike] of blows) {
    await until(`${bytes} bytes to arrive`, async () => (await arrived()) >= bytes);
    await strike();
  }
}

it("loses no photo and mixes none, however often the server and its database are killed while they are sent", async () => {
  const digests = new Map<string, string>();
  for (let number = 0; number < PHOTOS; number += 1) {
    const file = jpeg(PHOTO_BYTES);
    const id = await attachments.attach(file, { conversation, kind: "photo" });
    digests.set(id, digestOf(new Uint8Array(await file.arrayBuffer())));
    await hb.enqueue("message.send", { conversation, attachments: [id] });
  }
  const killServer = async (): Promise<void> => {
    await house.killServer();
    await house.open();
  };
  const struck = strikeAt([
    [20_000, killServer],
    [1_000_000, killServer],
    [2_500_000, () => house.killDatabase()],
    [4_000_000, killServer],
    [6_000_000, () => house.killDatabase()],
    [8_000_000, killServer],
    [9_500_000, killServer],
  ]);
  let failures = 0;
  await until(
    "every photo to be sent",
    async () => {
      if ((await attachments.upload()) !== undefined) failures += 1;
      return attachments.list().every(({ state }) => state === "sent") || undefined;
    },
    240_000,
  );
  await struck;
  expect(failures).toBeGreaterThan(3);

  const rows = await house.side.rows<{ id: string; status: string; digest: string }>(
    "SELECT id, status, digest FROM attachment",
  );
  expect(new Map(rows.map(({ id, digest }) => [id, digest]))).toEqual(digests);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["ready"]));
  expect(await house.side.number("SELECT COUNT(*) FROM attachment_part")).toBe(0);
  const folder = join(house.folder, "attachments");
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const kept = files.filter(({ name }) => digests.has(name));
  expect(kept).toHaveLength(PHOTOS);
  for (const { name, parentPath } of kept)
    expect(digestOf(await readFile(join(parentPath, name)))).toBe(digests.get(name));
  for (const [id, digest] of digests)
    expect(digestOf(new Uint8Array(await (await attachments.download(id)).arrayBuffer()))).toBe(digest);

  // And every message comes to say that what it names is there.
  await until("every message to say so", async () => {
    await hb.sync();
    const lines = hb.list("message", (each) => each.conversation === conversation);
    return lines.length === PHOTOS &&
      lines.every(({ attachments: ids, arrived }) => String(arrived) === String(ids))
      ? true
      : undefined;
  });
});

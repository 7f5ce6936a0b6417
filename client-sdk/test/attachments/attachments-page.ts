import { openAttachments } from "../../src/attachments/index.ts";
import { HealthBridge, indexedDbStore, platformRuntime } from "../../src/index.ts";
import { FakeServer } from "../../src/testing/index.ts";

const PASSWORD = "seven goats cross the river";
const URL = "http://server.test";

/** What a phone's camera makes: a large JPEG with much in it. */
async function photo(width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  for (let at = 0; at < 4_000; at += 1) {
    context.fillStyle = `hsl(${(at * 47) % 360} 80% ${20 + (at % 60)}%)`;
    context.fillRect((at * 131) % width, (at * 197) % height, 60, 40);
  }
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
}

const server = new FakeServer();
const doctor = server.addDoctor();
server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [doctor.clinic] });
const visit = server.bookElsewhere({ doctor: doctor.id, start: server.freeStarts(doctor.id)[0] ?? "" });
let online = true;

async function open() {
  const platform = platformRuntime();
  const fetch = (url: string, init: RequestInit): Promise<Response> =>
    online ? server.fetch(new Request(url, init)) : Promise.reject(new TypeError("no network"));
  const store = indexedDbStore({ name: "clinic" });
  const runtime = { ...platform, fetch };
  const hb = await HealthBridge.open({ url: URL, store, runtime, autoSync: false });
  if (hb.status.get().account === undefined) await hb.signIn({ login: "amina", password: PASSWORD });
  const files = indexedDbStore({ name: "clinic-files" });
  const attachments = await openAttachments({ hb, url: URL, store, files, runtime, autoUpload: false });
  return { hb, attachments };
}

/** Attaches a photo without a network, opens everything anew, sends it; answers what there was to see. */
export async function attachAndSend(width: number, height: number) {
  const before = await open();
  await before.hb.sync();
  online = false;
  const file = await photo(width, height);
  const id = await before.attachments.attach(file, { conversation: visit, kind: "photo" });
  await before.attachments.end();
  await before.hb.close();
  const after = await open();
  const offline = await after.attachments.upload();
  online = true;
  const problem = await after.attachments.upload();
  const small = await after.attachments.held(id, "thumbnail");
  const picture = await createImageBitmap(small ?? new Blob());
  const kept = await after.attachments.held(id);
  const arrived = server.attachment(id);
  const [state] = after.attachments.list().map((each) => each.state);
  await after.attachments.forget([id]);
  await after.attachments.end();
  await after.hb.close();
  return {
    offline: offline?.code,
    problem: problem?.code,
    state,
    sizes: { file: file.size, kept: kept?.size, thumbnail: small?.size, arrived: arrived?.content.length },
    thumbnail: { type: small?.type, width: picture.width, height: picture.height },
  };
}

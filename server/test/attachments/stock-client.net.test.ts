import { expect, test } from "vitest";
import { Upload } from "tus-js-client";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES, page, sealed } from "./files.ts";

const world = await attachmentServer();
const { tokens, conversation } = world;
const endpoint = `${world.server.url}${PATH}`;
const headers = { authorization: `Bearer ${tokens.mary}` };
const photo = { kind: "photo", type: "image/jpeg" };

interface Sent {
  readonly url: string | null;
  readonly steps: readonly number[];
}

/** Sends a file with the stock client, unmodified; ends early where `until` says so. */
function send(
  file: Buffer,
  options: ConstructorParameters<typeof Upload>[1],
  until = Number.POSITIVE_INFINITY,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const steps: number[] = [];
    const upload = new Upload(file, {
      endpoint,
      headers,
      retryDelays: null,
      ...options,
      onError: reject,
      onSuccess: () => {
        resolve({ url: upload.url, steps });
      },
      onChunkComplete: (_size, accepted) => {
        steps.push(accepted);
        if (accepted < until) return;
        void upload.abort().then(() => {
          resolve({ url: upload.url, steps });
        }, reject);
      },
    });
    upload.start();
  });
}

async function seen(id: string): Promise<Buffer> {
  await world.name([id]);
  const answer = await world.get(`${PATH}/${id}`, tokens.doctor);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

test("the stock tus client sends a photo in one request", async () => {
  const file = FILES["image/jpeg"](300_000);
  const { id, metadata } = sealed(conversation, photo);
  const { url } = await send(file, { metadata: { ...metadata } });
  expect(url).toBe(`${endpoint}/${id}`);
  expect((await seen(id)).equals(file)).toBe(true);
});

test("and in pieces, with its first piece in the first request, and goes on from where it was ended", async () => {
  const file = FILES["image/jpeg"](50_000);
  const { id, metadata } = sealed(conversation, photo);
  const begun = await send(
    file,
    { metadata: { ...metadata }, chunkSize: 4_096, uploadDataDuringCreation: true },
    20_000,
  );
  expect(begun.steps.at(-1)).toBeLessThan(50_000);
  const rest = await send(file, { uploadUrl: begun.url, chunkSize: 4_096 });
  expect(rest.steps[0]).toBeGreaterThan(20_000);
  expect((await seen(id)).equals(file)).toBe(true);
});

test("and hears that a page is no photo", async () => {
  const { metadata } = sealed(conversation, photo);
  await expect(send(page(), { metadata: { ...metadata } })).rejects.toThrow(/attachment_unfit/);
});

test("and that somebody else's conversation is none", async () => {
  const { metadata } = sealed(world.foreign, photo);
  await expect(send(FILES["image/jpeg"](), { metadata: { ...metadata } })).rejects.toThrow(/not_found/);
});

test("the server says what it speaks", async () => {
  const answer = await fetch(endpoint, { method: "OPTIONS", headers });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "tus-resumable": "1.0.0",
    "tus-version": "1.0.0",
    "tus-extension": "creation,creation-with-upload,termination",
    "tus-max-size": "5016384",
  });
});

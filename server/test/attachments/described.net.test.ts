import { expect, test } from "vitest";
import { ATTACHMENT_DESCRIPTIONS } from "../../src/http/rest/openapi/attachment-descriptions.ts";
import { attachmentServer, PATH, type TusAnswer } from "./attachment-server.ts";
import { FILES, page, thumbnail } from "./files.ts";

const world = await attachmentServer();
const { begin, patch, tus, get } = world;
const { mary } = world.tokens;
const OCTETS = "application/offset+octet-stream";

/** What of an answer is not as the OpenAPI document says. */
function faults(id: string, { status, headers, text }: TusAnswer): readonly string[] {
  const route = ATTACHMENT_DESCRIPTIONS.find((each) => each.id === id);
  if (route === undefined) return [`${id} is not described`];
  if (status >= 400 && headers.get("content-type") === "application/problem+json") {
    const code: unknown = JSON.parse(text).code;
    return route.problems.some((each) => each === code) ? [] : [`${String(code)} is not described`];
  }
  const answer = [route.answer, ...(route.otherAnswers ?? [])].find((each) => each.status === status);
  if (answer === undefined) return [`${String(status)} is not described`];
  const missing = (answer.heads ?? []).filter(({ name, schema }) => {
    const value = headers.get(name);
    return value === null || !(schema.safeParse(value).success || schema.safeParse(Number(value)).success);
  });
  const type = headers.get("content-type");
  const typed = answer.content === undefined || (type !== null && type in answer.content);
  return [...missing.map(({ name }) => name), ...(typed ? [] : [`of type ${String(type)}`])];
}

async function read(path: string, headers: Readonly<Record<string, string>> = {}): Promise<TusAnswer> {
  const answer = await get(path, mary, headers);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test("answers about attachments have the status, the heads and the type that the OpenAPI document says, refusals its codes", async () => {
  const small = thumbnail();
  const file = FILES["image/jpeg"](9_000);
  const whole = Buffer.concat([small, file]);
  const facts = { kind: "photo", type: "image/jpeg", thumbnail: String(small.length) };
  const begun = await begin(whole, facts, { body: whole.subarray(0, 100) });
  const one = `${PATH}/${begun.id}`;
  expect([begun.status, faults("beginUpload", begun)]).toEqual([201, []]);
  const head = await tus("HEAD", one, mary);
  expect([head.status, faults("askHowFar", head)]).toEqual([200, []]);
  const early = await read(one);
  expect([early.status, faults("readAttachment", early)]).toEqual([404, []]);
  const elsewhere = await patch(begun.id, 7, whole.subarray(7));
  expect([elsewhere.status, faults("sendPiece", elsewhere)]).toEqual([409, []]);
  const typeless = await tus(
    "PATCH",
    one,
    mary,
    { "upload-offset": "100", "content-type": "text/plain" },
    small,
  );
  expect(typeless.status).toBeGreaterThanOrEqual(400);
  expect(faults("sendPiece", typeless)).toEqual([]);
  const placeless = await tus("PATCH", one, mary, { "content-type": OCTETS }, small);
  expect([placeless.status, faults("sendPiece", placeless)]).toEqual([400, []]);
  const sent = await patch(begun.id, 100, whole.subarray(100));
  expect([sent.status, faults("sendPiece", sent)]).toEqual([204, []]);
  const etag = (await read(one)).headers.get("etag") ?? "";
  const reads = [
    [200, {}],
    [206, { range: "bytes=10-" }],
    [304, { "if-none-match": etag }],
    [416, { range: "bytes=9000-" }],
  ] as const;
  for (const [status, headers] of reads) {
    const answer = await read(one, headers);
    expect([answer.status, faults("readAttachment", answer)]).toEqual([status, []]);
  }
  const picture = await read(`${one}/thumbnail`);
  expect([picture.status, faults("readThumbnail", picture)]).toEqual([200, []]);
  const kept = await tus("DELETE", one, mary);
  expect([kept.status, faults("giveUpUpload", kept)]).toEqual([409, []]);
  const other = await begin(file, { kind: "photo", type: "image/jpeg" });
  const gone = await tus("DELETE", `${PATH}/${other.id}`, mary);
  expect([gone.status, faults("giveUpUpload", gone)]).toEqual([204, []]);
  const options = await tus("OPTIONS", PATH, mary);
  expect([options.status, faults("askAboutUploads", options)]).toEqual([204, []]);
  const unfit = await begin(page(), { kind: "photo", type: "image/jpeg" }, { body: page() });
  expect([unfit.status, faults("beginUpload", unfit)]).toEqual([415, []]);
  const unsaid = await tus("POST", PATH, mary, { "upload-length": "100" });
  expect([unsaid.status, faults("beginUpload", unsaid)]).toEqual([400, []]);
});

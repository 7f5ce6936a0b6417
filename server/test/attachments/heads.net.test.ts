import { ProblemDetails } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { attachmentServer, PATH, type TusAnswer } from "./attachment-server.ts";
import { FILES, metadataText, sealed } from "./files.ts";

const world = await attachmentServer();
const { begin, conversation, offsetOf, tokens, tus } = world;
const photo = { kind: "photo", type: "image/jpeg" };
const OCTETS = "application/offset+octet-stream";
const file = FILES["image/jpeg"]();

function told({ status, text }: TusAnswer): readonly unknown[] {
  const { code, path } = ProblemDetails.parse(JSON.parse(text));
  return [status, code, path];
}

/** Heads with which an upload begins. */
const beginning = () => ({
  "upload-length": "100",
  "upload-metadata": metadataText(sealed(conversation, photo).metadata),
});

/** The same without one of them. */
function without(name: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));
}

test.each([
  ["no length", "upload-length", undefined],
  ["a length that is no number", "upload-length", "abc"],
  ["a length below nothing", "upload-length", "-1"],
  ["a length of no bytes", "upload-length", "0"],
  ["no metadata", "upload-metadata", undefined],
  ["metadata that is no base64", "upload-metadata", "id ###"],
  ["a length that is told later", "upload-defer-length", "1"],
  ["an upload in parts", "upload-concat", "partial"],
])("an upload that begins with %s is refused, and the head is named", async (_, name, value) => {
  const headers = { ...without(name, beginning()), ...(value === undefined ? {} : { [name]: value }) };
  const [status, code, path] = told(await tus("POST", PATH, tokens.mary, headers));
  expect([status, code]).toEqual([400, "malformed"]);
  expect(String(path).split(".")[0]).toBe(name);
});

test("an upload that says it is larger than any is refused as too large, and the head is named", async () => {
  for (const length of ["6000000", "99999999999999999999"]) {
    const headers = { ...beginning(), "upload-length": length };
    expect(told(await tus("POST", PATH, tokens.mary, headers))).toEqual([413, "too_large", "upload-length"]);
  }
});

test.each(["x", "-1", "1e3", undefined])(
  "bytes that come at %s are refused, and the head is named",
  async (offset) => {
    const { id } = await begin(file, photo);
    const headers = { "content-type": OCTETS, ...(offset === undefined ? {} : { "upload-offset": offset }) };
    const answer = await tus("PATCH", `${PATH}/${id}`, tokens.mary, headers, file);
    expect(told(answer)).toEqual([400, "malformed", "upload-offset"]);
    expect(await offsetOf(id)).toBe(0);
  },
);

test("bytes that come at another place than the server's, or as another type, are refused, and the head is named", async () => {
  const { id } = await begin(file, photo);
  const send = (headers: Readonly<Record<string, string>>) =>
    tus("PATCH", `${PATH}/${id}`, tokens.mary, { "upload-offset": "0", ...headers }, file);
  expect(told(await send({ "content-type": "text/plain" }))).toEqual([
    415,
    "unsupported_media",
    "content-type",
  ]);
  expect(told(await send({}))).toEqual([415, "unsupported_media", "content-type"]);
  expect(told(await send({ "content-type": OCTETS, "upload-offset": "5" }))).toEqual([
    409,
    "conflict",
    "upload-offset",
  ]);
  expect(await offsetOf(id)).toBe(0);
});

test("a conversation that is not hers, or is closed, is named where the upload says it", async () => {
  const place = "upload-metadata.conversation";
  expect(told(await begin(file, photo, { conversation: world.foreign }))).toEqual([404, "not_found", place]);
  const headers = { "idempotency-key": "closed-to-uploads" };
  const path = `/v1/conversations/${conversation}/close`;
  await world.server.send("POST", path, { token: tokens.doctor, headers, json: {} });
  expect(told(await begin(file, photo, { named: false }))).toEqual([403, "forbidden", place]);
  const again = { "idempotency-key": "open-to-uploads" };
  const open = `/v1/conversations/${conversation}/reopen`;
  await world.server.send("POST", open, { token: tokens.doctor, headers: again, json: {} });
});

test.each(["0.2.2", "2.0.0", "x", ""])(
  "another version of the protocol (%s) is refused before anything is done, and the one that is spoken is told",
  async (version) => {
    const { id } = await begin(file, photo);
    const heads = { "tus-resumable": version };
    const place = `${PATH}/${id}`;
    const answers = [
      await tus("POST", PATH, tokens.mary, { ...beginning(), ...heads }),
      await tus(
        "PATCH",
        place,
        tokens.mary,
        { ...heads, "upload-offset": "0", "content-type": OCTETS },
        file,
      ),
      await tus("DELETE", place, tokens.mary, heads),
    ];
    for (const answer of answers) expect(told(answer)).toEqual([412, "tus_unsupported", "tus-resumable"]);
    const head = await tus("HEAD", place, tokens.mary, heads);
    expect(head.status).toBe(412);
    for (const { headers } of [...answers, head])
      expect([headers.get("tus-version"), headers.get("tus-resumable")]).toEqual(["1.0.0", "1.0.0"]);
    expect(await offsetOf(id)).toBe(0);
  },
);

test("no version of the protocol is refused as an unknown one is", async () => {
  const answer = await fetch(`${world.server.url}${PATH}`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.mary}`, ...beginning() },
  });
  expect(answer.headers.get("tus-version")).toBe("1.0.0");
  expect(told({ status: answer.status, headers: answer.headers, text: await answer.text() })).toEqual([
    412,
    "tus_unsupported",
    "tus-resumable",
  ]);
});

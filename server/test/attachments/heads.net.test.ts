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

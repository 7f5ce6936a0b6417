import { ProblemDetails } from "@healthbridge/schema";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES, metadataText, sealed } from "./files.ts";

const world = await attachmentServer({
  HEALTHBRIDGE_ACCOUNT_RATE: "1000000",
  HEALTHBRIDGE_ADDRESS_RATE: "1000000",
});
const { begin, tokens, tus } = world;

/** What a header of the protocol may be: right, nearly right, and nothing of the kind. */
const number = fc.oneof(
  fc.integer({ min: -5, max: 20_000 }).map(String),
  fc.constantFrom(
    "",
    "00",
    "1e3",
    "0x10",
    "9007199254740993",
    "99999999999999999999",
    "NaN",
    " 1",
    "1,2",
    "+1",
  ),
);
const text = fc.oneof(
  fc.string({ maxLength: 40 }).map((value) => value.replaceAll(/[^\u0020-\u007e]/g, "").trim()),
  fc.base64String({ maxLength: 60 }),
);
const metadata = fc.oneof(
  text,
  fc
    .dictionary(
      fc.constantFrom("id", "seal", "conversation", "kind", "type", "thumbnail", "digest", "__proto__"),
      text,
    )
    .map(metadataText),
  fc
    .record({ kind: fc.constantFrom("photo", "voice", "video"), type: text, thumbnail: number })
    .map((facts) => metadataText(sealed(world.conversation, facts).metadata)),
);
const type = fc.constantFrom(
  "application/offset+octet-stream",
  "application/json",
  "text/plain",
  "image/jpeg",
);
const headers = fc.record(
  {
    "tus-resumable": fc.constantFrom("1.0.0", "0.2.2", "2.0.0", "x"),
    "upload-length": number,
    "upload-offset": number,
    "upload-metadata": metadata,
    "upload-defer-length": fc.constantFrom("1", "2"),
    "upload-concat": fc.constantFrom("partial", "final;/v1/attachments/a", "x"),
    "content-type": type,
    range: fc.oneof(
      number,
      fc.tuple(number, number).map(([from, to]) => `bytes=${from}-${to}`),
    ),
    "if-range": text,
    "if-none-match": text,
  },
  { requiredKeys: [] },
);
const body = fc.option(fc.uint8Array({ maxLength: 3_000 }), { nil: undefined });

test("whatever is sent, the answer is the protocol's or a problem, and never a fault of the server", async () => {
  const known = await begin(FILES["image/jpeg"](5_000), { kind: "photo", type: "image/jpeg" });
  const whole = FILES["image/jpeg"](5_000);
  const ready = await begin(whole, { kind: "photo", type: "image/jpeg" }, { body: whole });
  const path = fc.oneof(
    fc.constantFrom(
      PATH,
      `${PATH}/${known.id}`,
      `${PATH}/${ready.id}`,
      `${PATH}/${ready.id}/thumbnail`,
      `${PATH}/`,
    ),
    fc.string({ maxLength: 30 }).map((id) => `${PATH}/${encodeURIComponent(id.toWellFormed())}`),
    fc.constantFrom(
      `${PATH}/..%2f..%2fetc%2fpasswd`,
      `${PATH}/%00`,
      `${PATH}/${"a".repeat(3_000)}`,
      `${PATH}/%E0%A4%A`,
    ),
  );
  const method = fc.constantFrom("POST", "PATCH", "HEAD", "GET", "DELETE", "PUT", "OPTIONS");
  await fc.assert(
    fc.asyncProperty(method, path, headers, body, async (verb, where, said, content) => {
      const plain = verb === "GET" || verb === "HEAD" ? undefined : content;
      const answer = await tus(verb, where, tokens.mary, said, plain);
      expect(answer.status).toBeLessThan(500);
      if (answer.status < 400 || verb === "HEAD" || answer.status === 416) return;
      expect(ProblemDetails.safeParse(JSON.parse(answer.text)).success).toBe(true);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }),
    { numRuns: 600, seed: 20_261_129 },
  );
  const rest = await world.get(`${PATH}/${ready.id}`, tokens.doctor);
  expect(Buffer.from(await rest.arrayBuffer()).equals(whole)).toBe(true);
});

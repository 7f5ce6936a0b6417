import { randomBytes } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { LIMITS } from "@healthbridge/schema";
import type { Answer } from "./support/ask.ts";
import { faultsOfAnswer } from "./support/rules.ts";
import { anyAddress, authorization, JSON_TYPE, openTarget, randomKey } from "./support/target.ts";

/** Bodies that are bombs, lies, or not what they say they are. */
const target = await openTarget();
const { world } = target;
afterEach(() => target.checkAlive());

/** Routes that read a body, each in a way of its own. */
const DOORS: readonly (readonly [method: string, path: string, signedIn: boolean])[] = [
  ["POST", "/v1/sync", true],
  ["POST", "/v1/sessions", false],
  ["POST", "/v1/accounts", false],
  ["POST", "/v1/patients", true],
  ["PUT", `/v1/doctors/${world.doctor}/availability`, true],
  ["PUT", "/v1/accounts/AAAAAAAAAAAAAAAA.1/password", true],
];

async function everywhere(
  body: string | Uint8Array,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [method, path, signedIn] of DOORS) {
    const more = { "idempotency-key": randomKey(), "x-forwarded-for": anyAddress() };
    const who = authorization(signedIn ? target.staff : undefined);
    answers.push(await target.ask({ method, path, headers: { ...headers, ...who, ...more }, body }));
  }
  return answers;
}

/** The codes of refusals, each once, or what is wrong with an answer. */
function verdicts(answers: readonly Answer[]): readonly string[] {
  const said = answers.map((answer) => {
    const faults = faultsOfAnswer(answer);
    if (faults.length > 0) return faults.join("; ");
    return answer.status < 400 ? "taken" : String(Reflect.get(Object(JSON.parse(answer.text)), "code"));
  });
  return [...new Set(said)];
}

const kilobytes = (count: number): number => count * 1_024;
const pairs = (count: number, key: (at: number) => string): string =>
  `{${Array.from({ length: count }, (_, at) => `"${key(at)}":0`).join(",")}}`;

describe("JSON", () => {
  it.each([
    ["100,000 lists deep", "[".repeat(100_000)],
    ["100,000 lists deep, and closed", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["40,000 objects deep", `${'{"a":'.repeat(40_000)}0${"}".repeat(40_000)}`],
    ["one level too deep", `${"[".repeat(LIMITS.jsonDepth + 1)}${"]".repeat(LIMITS.jsonDepth + 1)}`],
    ["closed more often than opened", "]".repeat(100_000)],
    ["hidden from a counter of brackets", `"${"[".repeat(1_000)}"${"[".repeat(10_000)}`],
    ["deep behind a quote that is none", `["\\"",${"[".repeat(10_000)}`],
    ["the beginning of an object", '{"protocol":1'],
    ["nothing", ""],
    ["white space", " ".repeat(kilobytes(200))],
    ["NaN", '{"protocol":NaN}'],
    ["Infinity", '{"protocol":Infinity}'],
    ["with a comment", '{/**/"protocol":1}'],
    ["with a comma too many", '{"protocol":1,}'],
    ["in single quotes", "{'protocol':1}"],
    ["with a line break in a text", '{"protocol":"a\nb"}'],
    ["two values", '{"protocol":1}{"protocol":1}'],
    ["of a number of 200,000 digits", `{"protocol":${"9".repeat(200_000)}}`],
    ["of a fraction of 200,000 digits", `{"protocol":0.${"9".repeat(200_000)}}`],
    ["of an exponent without end", `{"protocol":1e${"9".repeat(100_000)}}`],
    ["null", "null"],
    ["true", "true"],
    ["a number", "1"],
    ["a text", '"protocol"'],
    ["a list", "[{}]"],
    ["a thousand empty lists", `[${"[],".repeat(1_000)}[]]`],
    ["a key that reaches for the prototype", '{"__proto__":{"admin":true}}'],
    ["the same, escaped", '{"\\u005f_proto__":{"admin":true}}'],
    ["a key that reaches for the constructor", '{"constructor":{"prototype":{"admin":true}}}'],
    ["half a character", '{"protocol":"\\ud83d"}'],
    ["the character NUL", '{"protocol":"\\u0000"}'],
  ])("%s is malformed", async (_, body) => {
    const said = verdicts(await everywhere(body));
    expect(said.filter((each) => each !== "malformed" && each !== "unknown_field")).toEqual([]);
  });

  it.each([
    ["20,000 keys", pairs(20_000, (at) => `k${String(at)}`)],
    ["20,000 times the same key", pairs(20_000, () => "login")],
    ["20,000 keys that are numbers", pairs(20_000, String)],
    ["a key of 250,000 characters", `{"${"k".repeat(250_000)}":0}`],
    ["a text of 250,000 characters", `{"login":"${"x".repeat(250_000)}"}`],
    ["100,000 items", `{"operations":[${"0,".repeat(100_000)}0]}`],
  ])("%s are refused in a few words", async (_, body) => {
    const answers = await everywhere(body);
    expect(verdicts(answers).filter((each) => !/^(malformed|unknown_field|too_large)$/.test(each))).toEqual(
      [],
    );
  });

  it("of a key that stands twice the last one counts, everywhere", async () => {
    const key = randomKey();
    const name = (last: string): string => `{"name":"First","name":${JSON.stringify(last)}}`;
    const send = (body: string): Promise<Answer> =>
      target.ask({
        method: "POST",
        path: "/v1/patients",
        headers: { ...JSON_TYPE, ...authorization(target.administrator), "idempotency-key": key },
        body,
      });
    const first = await send(name("Last"));
    expect(faultsOfAnswer(first)).toEqual([]);
    expect((await send('{"name":"Last"}')).text).toBe(first.text);
    expect(verdicts([await send('{"name":"First"}')])).toEqual(["key_reused"]);
  });
});

describe("bytes that are", () => {
  const text = '{"protocol":1,"stream":"SSSSSSSSSSSSSSSS","from":1,"name":"é"}';
  const utf16 = (order: "le" | "be"): Buffer => {
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    return order === "le" ? bytes : bytes.swap16();
  };
  const inText = (...bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
  it.each([
    ["UTF-16", utf16("le")],
    ["UTF-16, the other way round", utf16("be")],
    ["Latin-1", Buffer.from(text, "latin1")],
    ["an overlong slash", inText(0xc0, 0xaf)],
    ["an overlong NUL", inText(0xc0, 0x80)],
    ["half a character as UTF-8", inText(0xed, 0xa0, 0x80)],
    ["a pair of halves as UTF-8", inText(0xed, 0xa0, 0xbd, 0xed, 0xb2, 0xa9)],
    ["beyond Unicode", inText(0xf4, 0x90, 0x80, 0x80)],
    ["a form of five bytes", inText(0xf8, 0x88, 0x80, 0x80, 0x80)],
    ["a character cut in the middle", inText(0xf0, 0x9f, 0x92)],
    ["lone continuations", inText(0x80, 0xbf)],
    ["a quote swallowed by a beginning", Buffer.from([0x7b, 0x22, 0xe2, 0x22, 0x7d])],
    ["noise", randomBytes(kilobytes(64))],
    ["NUL", Buffer.alloc(kilobytes(64))],
  ])("%s are malformed", async (_, body) => {
    expect(verdicts(await everywhere(body))).toEqual(["malformed"]);
  });

  it("JSON behind a byte order mark are read or refused like any other", async () => {
    const said = verdicts(await everywhere(Buffer.from(`\ufeff${text}`)));
    expect(said.filter((each) => !/^(malformed|unknown_field)$/.test(each))).toEqual([]);
  });
});

describe("gzip", () => {
  const packed = { ...JSON_TYPE, "content-encoding": "gzip" };
  const spaces = (megabytes: number): Buffer =>
    gzipSync(Buffer.alloc(megabytes * 1_048_576, " "), { level: 9 });
  const sync = gzipSync('{"protocol":1,"stream":"SSSSSSSSSSSSSSSS","from":1}');

  it.each([
    ["a thousand times larger unpacked", spaces(100)],
    ["just over the limit unpacked", gzipSync(Buffer.alloc(LIMITS.bodyBytes + 1, " "))],
    ["many small bombs in a row", Buffer.concat(Array.from({ length: 100 }, () => spaces(1)))],
    ["more than a body may have as sent", randomBytes(LIMITS.bodyBytesAsSent + 1)],
  ])("%s is too large", async (_, body) => {
    expect(verdicts(await everywhere(body, packed))).toEqual(["too_large"]);
  });

  it.each([
    ["packed twice", gzipSync(spaces(20))],
    ["cut off", sync.subarray(0, sync.length - 9)],
    ["cut off in its head", sync.subarray(0, 5)],
    ["of nothing", Buffer.alloc(0)],
    ["of an empty text", gzipSync("")],
    ["with a false sum", Buffer.concat([sync.subarray(0, -8), randomBytes(8)])],
    ["really deflate", deflateSync("{}")],
    ["plain JSON", Buffer.from("{}")],
    ["followed by bytes that are none", Buffer.concat([gzipSync("{"), Buffer.from("}}}}")])],
    ["with a flag for a dictionary", Buffer.from([0x1f, 0x8b, 8, 0xff, 0, 0, 0, 0, 0, 3, 0xff, 0xff])],
  ])("%s is malformed", async (_, body) => {
    expect(verdicts(await everywhere(body, packed))).toEqual(["malformed"]);
  });

  it.each([
    "br",
    "zstd",
    "deflate",
    "gzip, gzip",
    "gzip,gzip",
    "gzip;q=1",
    "x-gzip",
    "compress",
    "identity, gzip",
    "GZIP ,",
    "*",
    "'gzip'",
  ])("said as '%s' is not understood", async (encoding) => {
    expect(verdicts(await everywhere(sync, { ...JSON_TYPE, "content-encoding": encoding }))).toEqual([
      "unsupported_media",
    ]);
  });

  it("that is not said is not unpacked", async () => {
    expect(verdicts(await everywhere(sync))).toEqual(["malformed"]);
  });
});

describe("a body of type", () => {
  it.each([
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json, text/plain",
    "application/json; charset=utf-16",
    "application/json; charset=utf-7",
    "application/json; charset=utf-8; x=y",
    `application/json;${" ".repeat(5_000)}x`,
    "application/problem+json",
    "application/x-ndjson",
    "*/*",
    "\u00ff",
  ])("'%s' is not understood", async (type) => {
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    expect(verdicts(await everywhere("{}", headers))).toEqual(["unsupported_media"]);
  });
});

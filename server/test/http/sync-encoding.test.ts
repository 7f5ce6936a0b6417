import { gunzipSync } from "node:zlib";
import type { FeedPage } from "@healthbridge/schema";
import { describe, expect, it } from "vitest";
import { acceptsGzip } from "../../src/http/compress.ts";
import { answerAsJson, answerAsLines, answerLines } from "../../src/http/sync-encoding.ts";
import type { SyncAnswer } from "../../src/sync/sync-answer.ts";

const nothing: SyncAnswer = {
  head: { settled: 12_345, outcomes: [], feeds: [], serverTime: 1_900_000_000_000, epoch: 1 },
  pages: [],
  tail: { cursors: "", more: false },
};
const page = (at: number): FeedPage => ({
  feed: 1,
  items: [{ kind: "patient", entity: { id: `AAAAAAAAAAAAAAAA.${String(at)}`, name: "n".repeat(2_000) } }],
  cursor: at,
});
const much: SyncAnswer = { ...nothing, pages: [1, 2, 3, 4].map(page), tail: { more: true } };

describe("a sync answer", () => {
  it("that nothing changed holds nothing empty, and is under 120 bytes", () => {
    const text = JSON.stringify(answerAsJson(nothing));
    expect(text).toBe('{"settled":12345,"serverTime":1900000000000,"epoch":1}');
    expect(text.length).toBeLessThan(120);
  });

  it("as one object holds all three parts", () => {
    expect(answerAsJson(much)).toMatchObject({ settled: 12_345, changes: much.pages, more: true });
  });

  it("as lines begins with the head and ends with the end", () => {
    const lines = answerLines(much).map((line) => JSON.parse(line));
    expect(lines.map(({ line }) => line)).toEqual(["head", "page", "page", "page", "page", "end"]);
    expect(lines.at(-1)).toEqual({ line: "end", more: true });
    expect(lines[1]).toEqual({ line: "page", ...much.pages[0] });
  });

  it("that is short goes in one piece, packed or not", async () => {
    const answer = answerAsLines(nothing, true, 3_072);
    expect(answer.headers.has("content-encoding")).toBe(false);
    expect(await answer.text()).toBe(answerLines(nothing).join(""));
  });

  it("that is packed can be unpacked line by line, so that a cut costs only what follows it", async () => {
    const answer = answerAsLines(much, true, 3_072);
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body ?? []) chunks.push(chunk);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(answerLines(much).join(""));
    const cut = Buffer.concat(chunks.slice(0, Math.ceil(chunks.length / 2)));
    const arrived = gunzipSync(cut, { finishFlush: 2 }).toString();
    expect(arrived.split("\n").length).toBeGreaterThan(2);
    expect(JSON.parse(arrived.split("\n")[0] ?? "")).toMatchObject({ line: "head" });
  });
});

it("gzip is taken where it is named and not ruled out", () => {
  for (const yes of ["gzip", "br, gzip", "gzip;q=0.5", "*", "GZIP", "gzip; q=1.0"])
    expect(acceptsGzip(yes)).toBe(true);
  for (const no of [undefined, "", "br", "gzip;q=0", "gzip;q=0.0", "identity"])
    expect(acceptsGzip(no)).toBe(false);
});

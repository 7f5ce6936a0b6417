import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { noticesPage } from "../../src/demo/notices-page.ts";
import type { RequestEnv } from "../../src/http/context.ts";
import type { Letter } from "../../src/notices/carriers/carrier.ts";
import { createCatcher } from "../../src/notices/carriers/catcher.ts";

const clock = { now: () => Date.parse("2026-11-24T06:00:00Z"), monotonic: () => 0 };

const LETTER: Letter = {
  key: "k",
  to: { phone: "+254700000001", email: "amina@example.org", push: [] },
  kind: "confirmation",
  language: "sw",
  title: "Miadi",
  text: "one",
  appointment: "aVdxT2lHdVNyQ2Rm.2",
  start: 0,
  minutes: 20,
  occasion: 0,
};

function opened() {
  const catcher = createCatcher(clock);
  const app = new Hono<RequestEnv>().route("/", noticesPage(catcher));
  const carrier = (channel: string) => catcher.carriers.find((each) => each.channel === channel);
  const get = async (path = "/demo/notices") => {
    const answer = await app.request(path);
    return { answer, text: await answer.text() };
  };
  return { carrier, get };
}

describe("the demo's page of messages", () => {
  test("says that there is none yet, and then shows them, newest first, to whom, by what and in which language", async () => {
    const { carrier, get } = opened();
    expect((await get()).text).toContain("No message yet.");
    expect(await carrier("sms")?.send(LETTER)).toEqual({ status: "sent" });
    await carrier("email")?.send({ ...LETTER, text: "another" });
    const { text } = await get();
    expect(text.indexOf("another")).toBeLessThan(text.indexOf(">one<"));
    for (const shown of ["+254700000001", "amina@example.org", "SMS", "E-mail", 'lang="sw"', "06:00:00 UTC"])
      expect(text).toContain(shown);
  });

  test("writes what people are called as text, never as a part of the page", async () => {
    const { carrier, get } = opened();
    await carrier("sms")?.send({ ...LETTER, text: "<script>alert(1)</script>" });
    expect((await get()).text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  test("takes nothing from elsewhere and runs nothing inline", async () => {
    const { get } = opened();
    const { answer, text } = await get();
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(text).not.toMatch(/https?:|<style|<script>|style=/);
    for (const file of ["css", "js"]) expect((await get(`/demo/notices.${file}`)).answer.status).toBe(200);
  });

  test("reaches who has an address, and nobody else", () => {
    const { carrier } = opened();
    const nobody = { phone: undefined, email: undefined, push: [] };
    expect(["sms", "voice", "email", "push"].map((each) => carrier(each)?.reaches(LETTER.to))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(["sms", "voice", "email", "push"].map((each) => carrier(each)?.reaches(nobody))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

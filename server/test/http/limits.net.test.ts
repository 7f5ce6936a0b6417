import { describe, expect, it } from "vitest";
import { runningServer } from "./running-server.ts";

const server = await runningServer({ HEALTHBRIDGE_ACCOUNT_RATE: "5", HEALTHBRIDGE_ADDRESS_RATE: "30" });
await server.open("one", "patient");
await server.open("two", "patient");

describe("how much may be asked", () => {
  it("is limited per account, whatever address it comes from, and says when to come back", async () => {
    const { accessToken: token } = await server.signIn("one");
    const other = await server.signIn("two");
    const statuses: number[] = [];
    for (let at = 0; at < 7; at += 1) {
      const headers = { "x-forwarded-for": `198.51.100.${String(at)}` };
      const answer = await server.send("GET", "/v1/devices", { token, headers });
      statuses.push(answer.status);
      if (answer.status !== 429) continue;
      expect(answer.body.code).toBe("rate_limited");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await server.send("GET", "/v1/devices", { token: other.accessToken })).status).toBe(200);
  });

  it("is limited per address; a header of the caller's own does not help", async () => {
    let refusals = 0;
    for (let at = 0; at < 40; at += 1) {
      const headers = { "x-forwarded-for": `198.51.100.${String(at)}` };
      if ((await server.send("GET", "/v1/devices", { headers })).status === 429) refusals += 1;
    }
    expect(refusals).toBeGreaterThan(15);
    expect((await server.send("GET", "/healthz")).status).toBe(200);
    expect((await server.send("GET", "/readyz")).status).toBe(200);
  });
});

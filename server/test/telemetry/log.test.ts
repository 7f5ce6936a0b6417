import { describe, expect, it } from "vitest";
import { DatabaseError } from "../../src/database/database-error.ts";
import { createLog } from "../../src/telemetry/log.ts";

function logInto(format: "json" | "plain"): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "debug", format, write: (line) => lines.push(line) }) };
}

describe("the log", () => {
  it("leaves out facts that could be personal or secret, whoever slips", () => {
    const { lines, log } = logInto("json");
    const slips = [
      "password",
      "token",
      "Authorization",
      "body",
      "name",
      "login",
      "message",
      "nonce",
      "refreshToken",
    ];
    log.info("something", Object.fromEntries([...slips.map((slip) => [slip, "canary"]), ["status", 200]]));
    expect(lines.join("")).not.toContain("canary");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", say: "something", status: 200 });
  });

  it("tells an error by its name and place, not by its words", () => {
    const { lines, log } = logInto("json");
    let thrown: unknown;
    try {
      JSON.parse('{"name": canary of the patient');
    } catch (error) {
      thrown = new Error("canary", { cause: error });
    }
    log.error("a request failed", thrown, { correlation: "c1" });
    expect(lines[0]).not.toContain("canary");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ error: "Error < SyntaxError", correlation: "c1" });
    expect(lines[0]).toContain("log.test.ts");
  });

  it("tells the code of what lies under an error that has none: a disk that is full is not one that may not be written", () => {
    const { lines, log } = logInto("json");
    const cause = Object.assign(new Error("canary"), { code: "ENOSPC" });
    log.error("a request failed", new Error("canary", { cause }));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ error: "Error < Error", code: "ENOSPC" });
  });

  it("tells the words of our own database errors, which hold no values", () => {
    const { lines, log } = logInto("json");
    log.error("a request failed", new DatabaseError("deadlock", "ER_LOCK_DEADLOCK 1213"));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ code: "deadlock", says: "ER_LOCK_DEADLOCK 1213" });
  });

  it("cannot be made to tell two lines as one or one as two", () => {
    for (const format of ["json", "plain"] as const) {
      const { lines, log } = logInto(format);
      log.info("something", { code: "x\r\n12:00:00 info  forged\u001b[31m" });
      expect(lines).toHaveLength(1);
      // oxlint-disable-next-line eslint/no-control-regex -- control characters are what is looked for
      expect((lines[0] ?? "").slice(0, -1)).not.toMatch(/[\u0000-\u001f]/);
    }
  });

  it("is one short line for a person", () => {
    const { lines, log } = logInto("plain");
    log.warn("answered", { method: "POST", route: "/v1/sync", status: 503, ms: 12 });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}answered POST \/v1\/sync 503 ms=12\n$/);
  });
});

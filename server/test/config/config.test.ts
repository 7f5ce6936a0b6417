import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { demoKeys } from "../../src/accounts/demo-keys.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { ConfigError, type Environment, readConfig } from "../../src/config/config.ts";
import { describeConfig, helpText } from "../../src/config/describe.ts";
import { SETTINGS } from "../../src/config/settings.ts";

const drawn = (): string => randomBytes(32).toString("base64url");
const good = { HEALTHBRIDGE_KEYS: `k1:${drawn()}` };

function faultsOf(environment: Environment, options = {}): readonly string[] {
  try {
    readConfig(environment, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ name }) => name);
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  it("needs only a key; everything else has a safe standard", () => {
    const config = readConfig(good);
    expect(config).toMatchObject({ port: 8080, host: "127.0.0.1", tenant: "demo", demo: false });
    expect(config.openRegistration).toBe(false);
  });

  it("names every wrong value at once, and what was expected, without quoting a value", () => {
    const environment = {
      PORT: "eighty",
      HOST: "no host",
      DATABASE_URL: "postgres://root:canary@db/x",
      REDIS_URL: "canary",
      HEALTHBRIDGE_KEYS: "k1:canary",
      HEALTHBRIDGE_ORIGINS: "https://app.example/path",
      HEALTHBRIDGE_TRUSTED_PROXIES: "10.0.0.0/99",
      HEALTHBRIDGE_OPEN_REGISTRATION: "yes",
      HEALTHBRIDGE_ACCESS_SECONDS: "1",
      HEALTHBRIDGE_LOG: "loud",
    };
    expect(faultsOf(environment).toSorted()).toEqual(Object.keys(environment).toSorted());
    expect(() => readConfig(environment)).toThrow(/PORT: expected a whole number from 0 to 65535/);
    expect(() => readConfig(environment)).not.toThrow(/canary|eighty/);
  });

  it("refuses a misspelt name of its own", () => {
    expect(faultsOf({ ...good, HEALTHBRIDGE_ORIGIN: "https://app.example" })).toEqual([
      "HEALTHBRIDGE_ORIGIN",
    ]);
  });

  it("refuses values that are good alone but not together, and a database without a name", () => {
    expect(faultsOf({ ...good, HEALTHBRIDGE_TURN: "turn:turn.example:3478" })).toEqual([
      "HEALTHBRIDGE_TURN_SECRET",
    ]);
    expect(faultsOf({ ...good, HEALTHBRIDGE_TURN_SECRET: "s".repeat(16) })).toEqual(["HEALTHBRIDGE_TURN"]);
    expect(faultsOf({ ...good, HEALTHBRIDGE_AUDIT_DAYS: "30", HEALTHBRIDGE_SESSION_DAYS: "400" })).toEqual([
      "HEALTHBRIDGE_AUDIT_DAYS",
    ]);
    expect(faultsOf({ ...good, DATABASE_URL: "mysql://u:p@db:3306" })).toEqual(["DATABASE_URL"]);
  });

  it("takes an empty text for not set", () => {
    expect(readConfig({ ...good, PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 8080 });
  });

  it("prints no secret", () => {
    const key = drawn();
    const config = readConfig({
      HEALTHBRIDGE_KEYS: `k2:${key},k1:${drawn()}`,
      DATABASE_URL: "mysql://hb:canary@canary@db.example:3306/hb",
      REDIS_URL: "redis://:canary@redis.example:6379/?password=canary",
      HEALTHBRIDGE_METRICS_TOKEN: `canary-${drawn()}`,
    });
    const printed = describeConfig(config).join("\n");
    expect(printed).toContain("HEALTHBRIDGE_KEYS=k2:(hidden),k1:(hidden)");
    expect(printed).toContain("HEALTHBRIDGE_METRICS_TOKEN=(hidden)");
    expect(printed).toContain("mysql://hb:(hidden)@db.example:3306/hb");
    expect(printed).not.toMatch(/canary/);
    expect(printed).not.toContain(key);
  });

  it("is told in full by --help", () => {
    const help = helpText();
    for (const { name } of Object.values(SETTINGS)) expect(help).toContain(`  ${name}\n`);
    expect(help.split("\n").every((line) => line.length <= 200)).toBe(true);
  });
});

describe("signing keys", () => {
  it.each([
    ["none", undefined],
    ["no id", drawn()],
    ["a short one", `k1:${randomBytes(31).toString("base64url")}`],
    ["not base64url", `k1:${"ä".repeat(50)}`],
    ["one byte again and again", `k1:${Buffer.alloc(32, 7).toString("base64url")}`],
    ["a sentence", `k1:${Buffer.from("this is my secret sentence for the server").toString("base64url")}`],
    ["typed words", "k1:please-change-me-before-you-put-this-on-the-internet"],
    ["a word again and again", `k1:${"Secret".repeat(10)}`],
    ["a long id", `much-too-long:${drawn()}`],
    ["the same id twice", `k1:${drawn()},k1:${drawn()}`],
    ["one good and one weak", `k2:${drawn()},k1:secret`],
    ["the demo's", `demo:${drawn()}`],
  ])("refuse the start outside the demo: %s", (_what, keys) => {
    expect(faultsOf({ HEALTHBRIDGE_KEYS: keys })).toEqual(["HEALTHBRIDGE_KEYS"]);
  });

  it("come with one line on how to make one", () => {
    expect(() => readConfig({})).toThrow(/HEALTHBRIDGE_KEYS: expected a key; make one with: node -e/);
  });

  it("that were drawn are never taken for weak", () => {
    for (let round = 0; round < 2_000; round += 1) {
      expect(faultsOf({ HEALTHBRIDGE_KEYS: `k1:${drawn()}` })).toEqual([]);
    }
  });

  it("of the demo are drawn once and readable by their owner only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hb-keys-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [first, second] = [
      await demoKeys(folder, systemRandomness),
      await demoKeys(folder, systemRandomness),
    ];
    expect(second).toEqual(first);
    const file = join(folder, "demo-signing-key");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toMatch(/^demo:/);
    expect(faultsOf({}, { demo: true })).toEqual([]);
  });
});

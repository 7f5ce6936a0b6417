import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDesk } from "./support/desk.ts";

const MAIN = join(import.meta.dirname, "../src/main.ts");
const ROWS = 3_000;

it("is killed again and again while it takes requests: what it said is kept, nothing is taken twice", async () => {
  await using desk = await openDesk();
  const rows = Array.from(
    { length: ROWS },
    (_, at) => `${at},P${at % 700},K${at % 700},AAAAAAAAAAAAAAAA.7,2026-12-01T09:00+03:00`,
  );
  const file = await desk.put("r.csv", "request,patient_name,patient_card,doctor,start", ...rows);
  const args = [
    "--folder",
    join(desk.folder, "data"),
    "book",
    "--from",
    file,
    "--clinic",
    "BBBBBBBBBBBBBBBB.1",
  ];
  let kills = 0;
  for (const part of [1, 2, 3]) {
    const child = spawn(process.execPath, ["--conditions=@healthbridge/source", MAIN, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let reported = 0;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      // It reports at each quarter; it dies right behind one, in the middle of the next.
      for (const [, done] of text.matchAll(/: ([\d,]+) of/g)) reported = Number(done?.replaceAll(",", ""));
      if (reported >= (part * ROWS) / 4 && reported < ROWS && child.kill("SIGKILL")) kills += 1;
    });
    await once(child, "close");
    await desk.type("status", "--json");
    const { bookings } = JSON.parse(desk.said.at(-1) ?? "") as { bookings: { waiting: number } };
    expect(bookings.waiting).toBeGreaterThanOrEqual(reported);
  }
  expect(kills).toBeGreaterThan(0);
  expect(await desk.type("book", "--from", file, "--clinic", "BBBBBBBBBBBBBBBB.1")).toBe(0);
  await desk.type("status", "--json");
  expect(JSON.parse(desk.said.at(-1) ?? "")).toMatchObject({
    bookings: { waiting: ROWS, interrupted: 0 },
    registrations: { waiting: 700 },
    unfinishedFiles: [],
  });
  expect(new Set((await desk.results()).map(({ id }) => id)).size).toBe(ROWS);
}, 60_000);

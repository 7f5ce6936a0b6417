/**
 * The server with the demo's data, of one county instead of all: it is filled in seconds. Everything else is as `npm start` has it.
 * Run as a process of its own (see support/site.ts).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { serveUntilStopped } from "../../server/src/command/serve.ts";
import { readConfig } from "../../server/src/config/config.ts";
import { DEMO_SIZE, seedDemo } from "../../server/src/demo/seed-demo.ts";
import { startServer } from "../../server/src/server.ts";

const COUNTY = "Turkana";
/** Five of them work where the demo's staff and patients are. */
const DOCTORS = 8;

const say = (line: string): void => {
  console.log(line);
};

/** The rows of one county, as a register of its own. */
async function registerOfCounty(folder: string): Promise<string> {
  const [head = "", ...rows] = gunzipSync(await readFile(DEMO_SIZE.register))
    .toString("utf8")
    .split("\n");
  const own = rows.filter((row) => row.includes(`,${COUNTY},`));
  const register = join(folder, `${COUNTY.toLowerCase()}.csv`);
  await mkdir(folder, { recursive: true });
  await writeFile(register, [head, ...own, ""].join("\n"));
  return register;
}

const config = readConfig(process.env, { demo: true });
const size = { register: await registerOfCounty(config.dataFolder), doctors: DOCTORS };
await serveUntilStopped({ say, complain: say }, (signal) =>
  startServer(config, { say, signal, seedDemo: (parts) => seedDemo({ ...parts, size }) }),
);

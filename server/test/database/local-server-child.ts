/** Starts a local server, says so, and stays until it is killed: the process of `local-server.db.test.ts`. */
import { startLocalServer } from "../../src/database/local-server.ts";

const server = await startLocalServer({ dataFolder: process.argv[2] ?? "", say: () => undefined });
process.send?.({ pid: server.pid });
setInterval(() => undefined, 60_000);

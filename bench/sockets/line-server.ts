import { readConfig, startServer } from "../../server/src/index.ts";
import { answerMemory } from "./live-memory.ts";

/** The server as it always is, which tells how much memory lives in it. */
answerMemory();
const server = await startServer(readConfig(process.env), { say: (line) => console.log(line) });
process.on("SIGTERM", () => {
  void server.close().then(() => process.exit(0));
});

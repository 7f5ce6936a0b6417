import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { answerMemory } from "./live-memory.ts";

/** A socket server that does nothing at all: what a socket costs in itself. */
answerMemory();
const http = createServer();
const sockets = new WebSocketServer({ server: http, clientTracking: false, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("error", () => undefined);
  socket.on("message", () => undefined);
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  console.log(`Ready at http://127.0.0.1:${String(port)} (plain)`);
});
process.on("SIGTERM", () => {
  process.exit(0);
});

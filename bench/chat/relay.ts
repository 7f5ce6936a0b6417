/** A plain relay over `ws`: whatever one of a room says goes to the other. It stores nothing, checks nothing, and knows nobody: what speed costs nothing. Run as a process of its own. */
import { type WebSocket, WebSocketServer } from "ws";

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });

server.on("connection", (socket, { url = "" }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on("error", () => undefined);
  socket.on("message", (data, binary) => {
    for (const other of room) if (other !== socket) other.send(data, { binary });
  });
  socket.on("close", () => room.delete(socket));
});
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
// It ends with the bench, however that ends.
process.on("disconnect", () => {
  for (const client of server.clients) client.terminate();
  server.close();
});

import type { Line } from "./line.ts";

/** A packet from client to database: three bytes of length, a number, and the payload. */
export interface Packet {
  readonly wire: Buffer;
  /** the text of a query; `undefined` for anything else (the handshake, a ping, the end) */
  readonly sql: string | undefined;
}

const HEADER_BYTES = 4;
const COM_QUERY = 0x03;
/** A statement can be 16 MB; what it does shows at its beginning. */
const SQL_SHOWN_BYTES = 2_000;

/** The packets of one direction. Ends with the line; half a packet at its end is handed on as it is. */
export async function* packets(line: Line): AsyncGenerator<Packet> {
  let all = Buffer.alloc(0);
  for (;;) {
    const length = all.length < HEADER_BYTES ? undefined : HEADER_BYTES + all.readUIntLE(0, 3);
    if (length !== undefined && all.length >= length) {
      yield packet(all.subarray(0, length));
      all = all.subarray(length);
      continue;
    }
    const chunk = await line.next();
    if (chunk === undefined) break;
    all = Buffer.concat([all, chunk]);
  }
  if (all.length > 0) yield { wire: all, sql: undefined };
}

function packet(wire: Buffer): Packet {
  // A command begins a new count; the answers of a handshake do not.
  const command = wire.length > HEADER_BYTES + 1 && wire.readUInt8(3) === 0;
  if (!command || wire.readUInt8(HEADER_BYTES) !== COM_QUERY) return { wire, sql: undefined };
  // MySQL may put "no attributes, one set" before the text; no text begins with a zero.
  const start = HEADER_BYTES + (wire.readUInt8(HEADER_BYTES + 1) === 0 ? 3 : 1);
  return { wire, sql: wire.subarray(start, start + SQL_SHOWN_BYTES).toString("utf8") };
}

/** Messages of Yjs' sync protocol, as much of it as a device speaks. */

const SYNC = 0;
const DENIED = 2;
const ASK = 0;
const ANSWER = 1;
const UPDATE = 2;

/** What the server says. */
export type ServerMessage =
  /** how far it is, all of it stored */
  | { readonly type: "ask"; readonly vector: Uint8Array }
  /** what this device lacked when it asked */
  | { readonly type: "answer"; readonly update: Uint8Array }
  | { readonly type: "update"; readonly update: Uint8Array }
  /** there is no access, or none to write */
  | { readonly type: "denied" }
  /** what a device does without */
  | { readonly type: "other" };

const BITS = 7;
const MORE = 0x80;
const LOW = 0x7f;

/** Reads a message; one that cannot be read is `other`. */
export function readMessage(bytes: Uint8Array): ServerMessage {
  const [type, step] = bytes;
  if (type === DENIED) return { type: "denied" };
  if (type !== SYNC) return { type: "other" };
  let at = 2;
  let length = 0;
  for (let shift = 1; ; shift *= 2 ** BITS) {
    const byte = bytes[at++];
    if (byte === undefined) return { type: "other" };
    length += (byte & LOW) * shift;
    if (byte < MORE) break;
  }
  const rest = bytes.slice(at, at + length);
  if (step === ASK) return { type: "ask", vector: rest };
  if (step === ANSWER) return { type: "answer", update: rest };
  return step === UPDATE ? { type: "update", update: rest } : { type: "other" };
}

/** Asks what the server has beyond this vector. */
export function askMessage(vector: Uint8Array): Uint8Array<ArrayBuffer> {
  return message(ASK, vector);
}

/** Answers what the server lacks. */
export function answerMessage(update: Uint8Array): Uint8Array<ArrayBuffer> {
  return message(ANSWER, update);
}

/** Tells what was written just now. */
export function updateMessage(update: Uint8Array): Uint8Array<ArrayBuffer> {
  return message(UPDATE, update);
}

function message(step: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = [SYNC, step];
  let rest = bytes.length;
  for (; rest >= MORE; rest = Math.floor(rest / MORE)) head.push((rest & LOW) | MORE);
  head.push(rest);
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return all;
}

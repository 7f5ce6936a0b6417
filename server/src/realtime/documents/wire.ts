import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/**
 * Frames of the protocol that the stock provider of Yjs speaks: a number for the kind of message, and for sync messages one for the step. Binary only: the provider
 * cannot read text.
 */

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;

const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

const PERMISSION_DENIED = 0;

/** What a client sends. */
export type DocumentMessage =
  /** how far it is; wants what it lacks */
  | { readonly type: "ask"; readonly vector: Uint8Array }
  /** what it was asked for, or what it wrote just now */
  | { readonly type: "change"; readonly via: "update" | "step"; readonly update: Uint8Array }
  | { readonly type: "presence"; readonly states: Uint8Array }
  | { readonly type: "whoIsHere" };

/** Reads a frame; `undefined` for what is none. */
export function readFrame(frame: Uint8Array): DocumentMessage | undefined {
  try {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === QUERY_AWARENESS) return { type: "whoIsHere" };
    if (type === AWARENESS) return { type: "presence", states: decoding.readVarUint8Array(decoder) };
    return type === SYNC ? readSync(decoder) : undefined;
  } catch {
    return undefined;
  }
}

function readSync(decoder: decoding.Decoder): DocumentMessage | undefined {
  const step = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  if (step === STEP_1) return { type: "ask", vector: bytes };
  if (step === STEP_2) return { type: "change", via: "step", update: bytes };
  return step === UPDATE ? { type: "change", via: "update", update: bytes } : undefined;
}

/** Asks for what the other side has beyond this. */
export function askFrame(vector: Uint8Array): Uint8Array {
  return syncFrame(STEP_1, vector);
}

/** Answers what was asked for; also where it is nothing, or the client waits for ever. */
export function answerFrame(update: Uint8Array): Uint8Array {
  return syncFrame(STEP_2, update);
}

/** Tells what somebody wrote. */
export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame(UPDATE, update);
}

function syncFrame(step: number, bytes: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, bytes);
  });
}

/** Tells why she may not; the provider writes a warning, no more. */
export function deniedFrame(reason: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, AUTH);
    encoding.writeVarUint(encoder, PERMISSION_DENIED);
    encoding.writeVarString(encoder, reason);
  });
}

/** What somebody shows of herself; without a state she left. */
export interface Presence {
  readonly client: number;
  readonly clock: number;
  /** JSON */
  readonly state: string;
}

/** The state of who is not here any more. */
export const GONE = "null";

/** Nobody in particular: what keeps the provider from taking the line for dead. */
export const QUIET_FRAME: Uint8Array = presenceFrame([]);

export function presenceFrame(presences: readonly Presence[]): Uint8Array {
  const states = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, presences.length);
    for (const { client, clock, state } of presences) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, state);
    }
  });
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, states);
  });
}

/** Reads what a client says of who is here; `undefined` for what cannot be read, or names more than so many. */
export function readPresences(states: Uint8Array, most: number): readonly Presence[] | undefined {
  try {
    const decoder = decoding.createDecoder(states);
    const count = decoding.readVarUint(decoder);
    if (count > most) return undefined;
    return Array.from({ length: count }, () => ({
      client: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      state: decoding.readVarString(decoder),
    }));
  } catch {
    return undefined;
  }
}

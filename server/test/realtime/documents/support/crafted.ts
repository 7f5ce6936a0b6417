import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Updates that no honest client writes, byte by byte. */

type Write = (encoder: encoding.Encoder) => void;

const GC = 0;
const DELETED = 1;
const ANY = 8;
const TYPE = 7;
const SUBDOCUMENT = 9;
const SKIP = 10;
const HAS_ORIGIN = 0x80;
const ANY_ARRAY = 117;

export interface Run {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly Write[];
  /** how many it claims to have */
  readonly claims?: number;
}

/** An update of runs, with deletes `[client, clock, length]`. */
export function crafted(
  runs: readonly Run[],
  deletes: ReadonlyArray<readonly [client: number, clock: number, length: number]> = [],
): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, runs.length);
    for (const { client, clock, structs, claims = structs.length } of runs) {
      encoding.writeVarUint(encoder, claims);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      for (const write of structs) write(encoder);
    }
    encoding.writeVarUint(encoder, deletes.length);
    for (const [client, clock, length] of deletes) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, length);
    }
  });
}

export const gc =
  (length: number): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, GC);
    encoding.writeVarUint(encoder, length);
  };

export const skip =
  (length: number): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, SKIP);
    encoding.writeVarUint(encoder, length);
  };

/** A deleted stretch at the root `text`. */
export const deleted =
  (length: number): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, DELETED);
    atRoot(encoder, "text");
    encoding.writeVarUint(encoder, length);
  };

export const any =
  (value: unknown, root = "list"): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, ANY);
    atRoot(encoder, root);
    encoding.writeVarUint(encoder, 1);
    encoding.writeAny(encoder, value as undefined);
  };

/** Lists in lists, so many, written without a stack. */
export const lists =
  (levels: number): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, ANY);
    atRoot(encoder, "list");
    encoding.writeVarUint(encoder, 1);
    for (let level = 0; level < levels; level += 1) {
      encoding.writeUint8(encoder, ANY_ARRAY);
      encoding.writeVarUint(encoder, 1);
    }
    encoding.writeAny(encoder, 1);
  };

/** A list in what stands at this id, or at the root. */
export const list =
  (inside?: readonly [client: number, clock: number]): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, TYPE);
    if (inside === undefined) atRoot(encoder, "deep");
    else {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, inside[0]);
      encoding.writeVarUint(encoder, inside[1]);
    }
    encoding.writeVarUint(encoder, 0);
  };

/** A value behind what stands at this id. */
export const behind =
  (client: number, clock: number): Write =>
  (encoder) => {
    encoding.writeUint8(encoder, ANY | HAS_ORIGIN);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarUint(encoder, 1);
    encoding.writeAny(encoder, 1);
  };

export const subdocument: Write = (encoder) => {
  encoding.writeUint8(encoder, SUBDOCUMENT);
  atRoot(encoder, "list");
  encoding.writeVarString(encoder, "guid");
  encoding.writeAny(encoder, {});
};

function atRoot(encoder: encoding.Encoder, name: string): void {
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarString(encoder, name);
}

/** All of what a function writes into an empty document, under an id. */
export function written(client: number, write: (doc: Y.Doc) => void, before?: Uint8Array): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client;
  if (before !== undefined) Y.applyUpdate(doc, before);
  const vector = Y.encodeStateVector(doc);
  write(doc);
  return Y.encodeStateAsUpdate(doc, vector);
}

import * as Y from "yjs";
import { type GuardLimits, inspect, type Owner } from "./guard.ts";
import type { Answer, Ask, Job, JobType, Verdict } from "./jobs.ts";
import { inPieces } from "./pieces.ts";

/** How much is kept ready, and answered in one. */
export interface ReadyLimits {
  readonly readyBytes: number;
  readonly readyDocuments: number;
  readonly pieceBytes: number;
}

/** An update of no structs and no deletes. */
const NOTHING = new Uint8Array([0, 0]);

interface HeldDocument {
  readonly doc: Y.Doc;
  readonly owners: Map<number, Owner>;
  /** about how large it is, encoded */
  bytes: number;
}

/** The documents that are held ready, the one used last at the end. What is held too long is let go: whoever asks for it gives it anew. */
export class HeldDocuments {
  readonly #held = new Map<string, HeldDocument>();
  readonly #limits: GuardLimits & ReadyLimits;
  #bytes = 0;

  constructor(limits: GuardLimits & ReadyLimits) {
    this.#limits = limits;
  }

  /** Does a job. What goes wrong in it takes the document away with it, and never anything else: then there is no answer. */
  attempt(job: Job): Answer<JobType> | undefined {
    try {
      return this.run(job);
    } catch {
      this.#forget(job.document);
      return undefined;
    }
  }

  /** Does a job; throws what goes wrong in it. */
  // oxlint-disable-next-line typescript/consistent-return -- every job has its case, which tsc and the exhaustiveness rule see to
  run({ type, document, ask }: Job): Answer<JobType> {
    switch (type) {
      case "load":
        return this.#load(document, ask);
      case "forget":
        this.#forget(document);
        return { status: "forgotten" };
      case "judge":
        return this.#with(document, (held) => this.#judge(document, held, ask));
      case "learn":
        return this.#with(document, (held) => this.#learn(document, held, ask));
      case "compare":
        return this.#with(document, ({ doc }) => compare(doc, ask, this.#limits.pieceBytes));
      case "snapshot":
        return this.#with(document, ({ doc }) => ({ status: "taken", bytes: Y.encodeStateAsUpdateV2(doc) }));
    }
  }

  #with<T>(document: string, work: (held: HeldDocument) => T): T | { readonly status: "unknown" } {
    const held = this.#held.get(document);
    if (held === undefined) return { status: "unknown" };
    this.#held.delete(document);
    this.#held.set(document, held);
    return work(held);
  }

  #load(document: string, { snapshot, updates, owners }: Ask<"load">): Answer<"load"> {
    this.#forget(document);
    const doc = new Y.Doc({ gc: true });
    // In one transaction: each would look at the whole again, and merging updates without a document is slower still.
    Y.transact(doc, () => {
      if (snapshot !== undefined) Y.applyUpdateV2(doc, snapshot);
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    // What is stored is smaller (version 2), or says the same more than once.
    const bytes = Y.encodeStateAsUpdate(doc).length;
    const known = owners.map(([client, account, since]) => [client, { account, since }] as const);
    this.#held.set(document, { doc, owners: new Map(known), bytes });
    this.#bytes += bytes;
    this.#makeRoom(document);
    return { status: "loaded" };
  }

  #judge(document: string, held: HeldDocument, { update, ...sending }: Ask<"judge">): Verdict {
    if (held.bytes + update.length > this.#limits.documentBytes) this.#weigh(held);
    const finding = inspect(update, held, sending, this.#limits);
    if (finding.status !== "fine") return finding;
    const added = apply(held.doc, update, finding.clocks);
    if (added === undefined) {
      // Applying is not atomic: what is left of a document in which it broke is not to be trusted.
      this.#forget(document);
      return { status: "refused", reason: "broke" };
    }
    if (added.length === 0) return { status: "nothing" };
    for (const client of finding.fresh)
      held.owners.set(client, { account: sending.account, since: sending.now });
    for (const each of added) this.#grow(held, each.length);
    this.#makeRoom(document);
    return { status: "applied", added, fresh: finding.fresh };
  }

  #learn(document: string, held: HeldDocument, { rows }: Ask<"learn">): Answer<"learn"> {
    const fresh: Array<readonly [client: number, account: string]> = [];
    for (const { update, account, since } of rows) {
      const { from, to } = Y.parseUpdateMeta(update);
      // Each row is what was new to everybody: where it is not new here, something else took its place.
      for (const [client, clock] of from)
        if (clock !== Y.getState(held.doc.store, client)) {
          this.#forget(document);
          return { status: "clash" };
        }
      Y.applyUpdate(held.doc, update);
      for (const client of to.keys()) {
        if (held.owners.has(client)) continue;
        held.owners.set(client, { account, since });
        fresh.push([client, account]);
      }
      this.#grow(held, update.length);
    }
    this.#makeRoom(document);
    return { status: "learnt", fresh };
  }

  /** Updates that are kept side by side say the same more than once; what counts is what the document takes. */
  #weigh(held: HeldDocument): void {
    this.#grow(held, Y.encodeStateAsUpdate(held.doc).length - held.bytes);
  }

  #grow(held: HeldDocument, by: number): void {
    held.bytes += by;
    this.#bytes += by;
  }

  #forget(document: string): void {
    const held = this.#held.get(document);
    if (held === undefined) return;
    this.#held.delete(document);
    this.#bytes -= held.bytes;
    held.doc.destroy();
  }

  #makeRoom(kept: string): void {
    for (const document of this.#held.keys()) {
      const full = this.#bytes > this.#limits.readyBytes || this.#held.size > this.#limits.readyDocuments;
      if (!full || document === kept) return;
      this.#forget(document);
    }
  }
}

/** Applies an update and answers what it really added; `undefined` where it threw, or left something waiting. */
function apply(
  doc: Y.Doc,
  update: Uint8Array,
  clocks: ReadonlyMap<number, number>,
): readonly Uint8Array[] | undefined {
  const added: Uint8Array[] = [];
  const listen = (each: Uint8Array): void => {
    added.push(each);
  };
  doc.on("update", listen);
  try {
    Y.applyUpdate(doc, update);
  } catch {
    return undefined;
  } finally {
    doc.off("update", listen);
  }
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return undefined;
  for (const [client, clock] of clocks) if (Y.getState(doc.store, client) !== clock) return undefined;
  return added;
}

function compare(doc: Y.Doc, { vector, written }: Ask<"compare">, pieceBytes: number): Answer<"compare"> {
  try {
    const whole = vector === undefined ? NOTHING : Y.encodeStateAsUpdate(doc, vector);
    const reached = Y.encodeStateVector(doc);
    const answer = { status: "compared", before: [], update: whole, vector: reached } as const;
    if (written === "base64") return { ...answer, update: inBase64(whole) };
    if (whole.length <= pieceBytes) return answer;
    // What is left behind the pieces are the deletes.
    return { ...answer, before: inPieces(whole, pieceBytes), update: Y.encodeStateAsUpdate(doc, reached) };
  } catch {
    return { status: "refused" };
  }
}

function inBase64(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
    "ascii",
  );
}

import * as Y from "yjs";
import type { FakeRuntime } from "../support/fake-runtime.ts";

/** The documents of a server, as far as a device can tell: one Yjs document each, and who may do what. */
export class DocumentServer {
  readonly docs: Map<string, Y.Doc>;
  may: "write" | "read" | undefined = "write";
  /** no network */
  away = false;
  /** says that it has stored what it was sent, where that is so */
  admits = true;
  /** bodies of requests, oldest first */
  readonly posts: Array<{ readonly name: string; readonly update: boolean; readonly token: string | null }> =
    [];

  /** @param same another way to the same documents */
  constructor(same?: DocumentServer) {
    this.docs = same?.docs ?? new Map<string, Y.Doc>();
  }

  doc(name: string): Y.Doc {
    const doc = this.docs.get(name) ?? new Y.Doc();
    this.docs.set(name, doc);
    return doc;
  }

  text(name: string): string {
    return this.doc(name).getText("text").toJSON();
  }

  /** Answers what a runtime asks about documents; the rest goes where it went. */
  serve(runtime: FakeRuntime): void {
    const elsewhere = runtime.fetch;
    runtime.fetch = async (url, init) => {
      if (this.away) throw new TypeError("no network");
      const [, name] = /\/v1\/documents\/([^/]+)\/sync$/.exec(url) ?? [];
      if (name === undefined) return elsewhere(url, init);
      const request = new Request(url, init);
      const raw = new Uint8Array(await request.arrayBuffer());
      const packed = request.headers.get("content-encoding") === "gzip";
      const stream = new Blob([raw]).stream();
      const text = await new Response(
        packed ? stream.pipeThrough(new DecompressionStream("gzip")) : stream,
      ).text();
      return this.#answer(name, JSON.parse(text), request.headers.get("authorization"));
    };
  }

  #answer(name: string, body: { vector: string; update?: string }, token: string | null): Response {
    this.posts.push({ name, update: body.update !== undefined, token });
    if (this.may === undefined) return problem(404, "not_found");
    if (this.may === "read" && body.update !== undefined) return problem(403, "forbidden");
    const doc = this.doc(name);
    const update = body.update === undefined ? undefined : Buffer.from(body.update, "base64");
    const gap = update !== undefined && startsBeyond(doc, update);
    if (update !== undefined && !gap) Y.applyUpdate(doc, update);
    return Response.json({
      vector: Buffer.from(Y.encodeStateVector(doc)).toString("base64"),
      update: Buffer.from(Y.encodeStateAsUpdate(doc, Buffer.from(body.vector, "base64"))).toString("base64"),
      may: this.may,
      stored: this.admits && !gap,
    });
  }
}

function startsBeyond(doc: Y.Doc, update: Uint8Array): boolean {
  return [...Y.parseUpdateMeta(update).from].some(([client, clock]) => clock > Y.getState(doc.store, client));
}

export function problem(status: number, code: string): Response {
  const body = { type: `urn:healthbridge:problem:${code}`, title: code, status, code };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

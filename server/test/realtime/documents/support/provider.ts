import { WebSocket } from "ws";
import { WebsocketProvider as Provider30 } from "y-websocket-3-0";
import { WebsocketProvider as Provider31 } from "y-websocket-3-1";
import * as Y from "yjs";
import type { DocumentNode } from "./node.ts";

/** The stock providers of Yjs, as npm has them. */
export const VERSIONS = ["3.0.0", "3.1.0"] as const;
export type Version = (typeof VERSIONS)[number];

/** Where a client goes: looked up anew for each attempt. */
export type Route = () => Pick<DocumentNode, "url" | "ticket">;

export interface Client extends Disposable {
  readonly doc: Y.Doc;
  readonly provider: Provider31;
  /** codes its lines were closed with; 1006 where one was cut or never open */
  readonly closes: number[];
  /** status of each request that was refused */
  readonly refusals: number[];
  /** attempts to connect, this far */
  readonly attempts: () => number;
  /** text frames that came; the provider can read none */
  readonly texts: () => number;
  readonly text: () => string;
  write(text: string): void;
}

export interface ClientOptions {
  readonly doc?: Y.Doc;
  /** default: a fresh one for each attempt */
  readonly ticket?: string;
  readonly maxBackoffTime?: number;
}

/** A client as the provider's documentation has it. */
export function stockClient(
  version: Version,
  route: Route,
  document: string,
  account: string,
  { doc = new Y.Doc(), ticket, maxBackoffTime = 300 }: ClientOptions = {},
): Client {
  const closes: number[] = [];
  const refusals: number[] = [];
  let attempts = 0;
  let texts = 0;
  class Watched extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      attempts += 1;
      super(address, protocols);
      this.on("close", (code) => closes.push(code));
      this.on("message", (_, binary) => {
        if (!binary) texts += 1;
      });
      this.on("unexpected-response", (_, response) => {
        refusals.push(response.statusCode ?? 0);
        this.terminate();
      });
      this.on("error", () => undefined);
    }
  }
  const polyfill: unknown = Watched;
  const params = () => ({ ticket: ticket ?? route().ticket(account) });
  const Provider = version === "3.0.0" ? Provider30 : Provider31;
  const provider = new Provider(route().url, document, doc, {
    WebSocketPolyfill: polyfill as typeof globalThis.WebSocket,
    params: params(),
    disableBc: true,
    maxBackoffTime,
  }) as Provider31;
  provider.on("connection-close", () => {
    provider.params = params();
    provider.serverUrl = route().url;
  });
  return {
    doc,
    provider,
    closes,
    refusals,
    attempts: () => attempts,
    texts: () => texts,
    text: () => doc.getText("text").toJSON(),
    write: (text) => {
      doc.getText("text").insert(doc.getText("text").length, text);
    },
    [Symbol.dispose]: () => {
      provider.destroy();
    },
  };
}

import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ending, Line, Sluice } from "./line.ts";

/** Where somebody listens: a port of this machine, or a socket in the file system. */
export type Address = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** What happened, for a history: `at` is `performance.now()`. */
export interface FaultEvent {
  readonly at: number;
  readonly kind: string;
  /** number of the request or statement, 0 for what happens to all */
  readonly number: number;
  /** the request's path, the statement's beginning */
  readonly what: string;
}

export interface ProxyStats {
  readonly connections: number;
  /** requests, or statements */
  readonly requests: number;
  /** bytes passed on: towards the server, and back */
  readonly up: number;
  readonly down: number;
  /** faults made, by kind */
  readonly faults: Readonly<Record<string, number>>;
}

/** What every fault proxy can do. */
export interface FaultControl extends AsyncDisposable {
  readonly stats: ProxyStats;
  /** connections that are open now, on both sides */
  readonly open: number;
  /** Cuts every connection that is open now; answers how many. */
  cutAll(how: Ending): number;
  /** Nothing passes any more, in either direction; nothing is lost. */
  pause(): void;
  resume(): void;
  /** Closes the port: whoever is connected is reset, whoever comes is refused. */
  refuse(): Promise<void>;
  /** Opens the same port again. */
  accept(): Promise<void>;
  /** Ends all silence that faults made: what hangs is reset. */
  lift(): void;
}

/** The side of a proxy that has nothing to do with a protocol: a port, the connections through it, and what was counted. */
export class Door implements FaultControl {
  readonly #target: Address;
  readonly #serve: (client: Line) => Promise<void>;
  readonly #onFault: (event: FaultEvent) => void;
  readonly #sluice = new Sluice();
  readonly #sockets = new Map<Socket, Line>();
  readonly #clients = new Set<Socket>();
  readonly #ended = new AbortController();
  readonly #faults: Record<string, number> = {};
  #server: Server | undefined;
  #address: Address;
  #lifted = Promise.withResolvers<void>();
  #connections = 0;
  #requests = 0;
  #up = 0;
  #down = 0;

  constructor(
    options: { readonly target: Address; readonly listen: Address },
    serve: (client: Line) => Promise<void>,
    onFault: (event: FaultEvent) => void = () => undefined,
  ) {
    this.#target = options.target;
    this.#address = options.listen;
    this.#serve = serve;
    this.#onFault = onFault;
  }

  get address(): Address {
    return this.#address;
  }

  get port(): number {
    return "port" in this.#address ? this.#address.port : 0;
  }

  get stats(): ProxyStats {
    return {
      connections: this.#connections,
      requests: this.#requests,
      up: this.#up,
      down: this.#down,
      faults: { ...this.#faults },
    };
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Number of a new request or statement, from 1. */
  nextNumber(): number {
    this.#requests += 1;
    return this.#requests;
  }

  count(direction: "up" | "down", bytes: number): void {
    if (direction === "up") this.#up += bytes;
    else this.#down += bytes;
  }

  note(kind: string, number: number, what: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    this.#onFault({ at: performance.now(), kind, number, what });
  }

  /** A new connection to the server behind. */
  upstream(): Line {
    const target = this.#target;
    const socket = "socketPath" in target ? connect(target.socketPath) : connect(target.port, target.host);
    return this.#track(socket);
  }

  /** Passes that long, or until the proxy is closed. */
  async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }

  /** Resolves at the next `lift`. */
  get lifted(): Promise<void> {
    return this.#lifted.promise;
  }

  lift(): void {
    this.#lifted.resolve();
    this.#lifted = Promise.withResolvers();
  }

  pause(): void {
    this.#sluice.shut();
  }

  resume(): void {
    this.#sluice.open();
  }

  cutAll(how: Ending): number {
    const cut = this.#clients.size;
    this.#closeAll(how);
    return cut;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    this.#closeAll("reset");
    for (const socket of this.#sockets.keys()) socket.destroy();
    await once(server, "close");
  }

  async accept(): Promise<void> {
    if (this.#server !== undefined || this.#ended.signal.aborted) return;
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#connections += 1;
      this.#clients.add(socket);
      socket.once("close", () => this.#clients.delete(socket));
      const client = this.#track(socket);
      void this.#serve(client).finally(() => {
        client.close("end");
      });
    });
    this.#server = server;
    const address = this.#address;
    if ("socketPath" in address) server.listen(address.socketPath);
    else server.listen(address.port, address.host);
    await once(server, "listening");
    const given = server.address();
    if ("port" in address && typeof given === "object" && given !== null)
      this.#address = { host: address.host, port: given.port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#sluice.open();
    this.lift();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await once(server, "close");
    if ("socketPath" in this.#address) await rm(this.#address.socketPath, { force: true });
  }

  #track(socket: Socket): Line {
    const line = new Line(socket, this.#sluice);
    this.#sockets.set(socket, line);
    socket.once("close", () => this.#sockets.delete(socket));
    return line;
  }

  #closeAll(how: Ending): void {
    for (const line of this.#sockets.values()) line.close(how);
  }
}

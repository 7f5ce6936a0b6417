import { platformRuntime, type Runtime } from "@healthbridge/client-sdk";
import type { OpenSocket } from "@healthbridge/client-sdk/realtime";
import { gunzipSync } from "node:zlib";
import type { DevicePlan } from "./device.ts";

/** What is new in a document, as it stands in an answer over HTTP. */
const UPDATE = /"update":"([A-Za-z0-9+/=]*)"/g;

/**
 * The platform as one device has it, though several share a process here: locks and channels of its own, a clock that is wrong, and every answer is also
 * read by the rig, which looks for words of other organisations.
 */
export class ObservedLine {
  readonly runtime: Runtime;
  /** the token that was sent last, for requests by hand */
  authorization = "";
  readonly #foreign: readonly string[];
  readonly #found = new Set<string>();
  #characters = 0;

  constructor({ name: device, clock, foreign }: DevicePlan) {
    const platform = platformRuntime();
    this.#foreign = foreign;
    this.runtime = {
      ...platform,
      now: () => platform.now() + clock,
      withLock: (name, options, work) => platform.withLock(`${device} ${name}`, options, work),
      openChannel: (name, listener) => platform.openChannel(`${device} ${name}`, listener),
      fetch: async (url, init) => {
        this.authorization = new Headers(init.headers).get("authorization") ?? this.authorization;
        const response = await platform.fetch(url, init);
        void this.#search(response.clone());
        return response;
      },
    };
  }

  /** Opens a socket whose frames are read by the rig as well. */
  readonly openSocket: OpenSocket = (url, protocols) => {
    const socket = new WebSocket(url, protocols);
    socket.addEventListener("message", ({ data }: { readonly data: unknown }) => {
      if (typeof data === "string") this.#searchText(data);
      else if (data instanceof ArrayBuffer) this.#searchText(gunzipSync(data).toString());
      else throw new Error("a frame that nobody can read");
    });
    return socket;
  };

  /** The same for a document's socket, in whose frames texts stand as they are. */
  readonly openDocumentSocket: OpenSocket = (url, protocols) => {
    const socket = new WebSocket(url, protocols);
    socket.addEventListener("message", ({ data }: { readonly data: unknown }) => {
      if (data instanceof ArrayBuffer) this.#searchText(Buffer.from(data).toString("latin1"));
    });
    return socket;
  };

  /** A runtime that notes the token of whatever is sent, also over a socket. */
  noting(runtime: Runtime): Runtime {
    return {
      ...runtime,
      fetch: (url, init) => {
        this.authorization = new Headers(init.headers).get("authorization") ?? this.authorization;
        return runtime.fetch(url, init);
      },
    };
  }

  /** What was searched since the last call. */
  searched(): { readonly characters: number; readonly found: readonly string[] } {
    const characters = this.#characters;
    this.#characters = 0;
    return { characters, found: [...this.#found] };
  }

  async #search(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    } catch {
      // It was cut; what came before is searched.
    }
    this.#searchText(text);
    for (const [, packed = ""] of text.matchAll(UPDATE))
      this.#searchText(Buffer.from(packed, "base64").toString("latin1"));
  }

  #searchText(text: string): void {
    this.#characters += text.length;
    for (const word of this.#foreign) if (text.includes(word)) this.#found.add(word);
  }
}

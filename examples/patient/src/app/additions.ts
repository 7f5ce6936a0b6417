import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { Calls } from "@healthbridge/client-sdk/calls";
import type { Chat } from "@healthbridge/client-sdk/chat";
import type { Documents } from "@healthbridge/client-sdk/documents";
import type { Line } from "@healthbridge/client-sdk/realtime";
import { countUnsent } from "@healthbridge/client-sdk/vault";
import { Shown } from "@healthbridge/example-design/shell";
import type { DeviceAround } from "./device.ts";

/** What is fetched and opened when somebody writes to her doctor. */
export interface Talking {
  readonly chat: Chat;
  readonly attachments: Attachments;
  readonly line: Line;
  /** over the line; `undefined` where this browser has no calls */
  readonly calls: Calls | undefined;
}

/** What additions are opened with. */
export interface AdditionParts extends DeviceAround {
  readonly hb: HealthBridge;
  readonly url: string;
  readonly store: Store;
  /** a store of its own for files, under the same PIN */
  readonly openFiles: () => Store;
}

/** The parts of the SDK that most openings of the app need not: fetched the first time they are asked for, and kept open until the app is closed. */
export class Additions {
  /** the conversations while they are open: only then can somebody call */
  readonly opened: Shown<Talking | undefined> = new Shown<Talking | undefined>(undefined);
  readonly #parts: AdditionParts;
  #talking: Promise<Talking> | undefined;
  #documents: Promise<Documents> | undefined;
  /** ends the wait for what is still on its way when the app is closed */
  readonly #closing = Promise.withResolvers<never>();
  /** what is being kept, and has to be before the app is closed */
  readonly #keeping = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: AdditionParts) {
    this.#parts = parts;
    this.#closing.promise.catch(() => undefined); // whoever waits is told
  }

  /** Conversations, photos, and a socket over which they come by themselves. */
  talking(): Promise<Talking> {
    this.#talking ??= this.#openTalking().catch((error: unknown) => {
      this.#talking = undefined;
      throw error;
    });
    return this.#talking;
  }

  /** Documents of a consultation. */
  documents(): Promise<Documents> {
    this.#documents ??= this.#openDocuments().catch((error: unknown) => {
      this.#documents = undefined;
      throw error;
    });
    return this.#documents;
  }

  /** Opens what has something to send from an earlier time: else a photo would wait until she happens to look at a conversation. */
  async resume(): Promise<ReadonlyArray<"talking" | "documents">> {
    const { store, openFiles } = this.#parts;
    const filesStore = openFiles();
    const [{ documents }, { files }] = await Promise.all([countUnsent(store), countUnsent(filesStore)]);
    await filesStore.close();
    if (this.#closed) return [];
    await Promise.all([files > 0 && this.talking(), documents > 0 && this.documents()]);
    return [files > 0 ? (["talking"] as const) : [], documents > 0 ? (["documents"] as const) : []].flat();
  }

  /** What is kept in a moment, as the voice note that ends because she has locked the app: until then it is not closed. */
  closeAfter(keeping: Promise<unknown>): void {
    this.#keeping.add(keeping);
    void Promise.allSettled([keeping]).then(() => this.#keeping.delete(keeping));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.reject(new Error("The app was closed before this had come."));
    const [talking, documents] = await Promise.allSettled([this.#talking, this.#documents]);
    // Whatever comes of the rest: this page's network outlives who is in, and her line.
    this.#parts.runtime.use(undefined);
    if (talking.status === "fulfilled" && talking.value !== undefined) {
      const { chat, attachments, line, calls } = talking.value;
      this.opened.set(undefined);
      calls?.end();
      chat.end();
      line.close();
      await attachments.end();
    }
    await Promise.allSettled(this.#keeping);
    if (documents.status === "fulfilled") await documents.value?.close();
  }

  /** What is fetched, unless the app is closed first: on a slow line it takes minutes, and until then her key would stay. */
  #fetched<T>(modules: Promise<T>): Promise<T> {
    return Promise.race([this.#closing.promise, modules]);
  }

  async #openTalking(): Promise<Talking> {
    const { url, store, budget, runtime } = this.#parts;
    const modules = await this.#fetched(fetchTalking());
    const line = modules.openLine({ url, store, runtime: budget.runtime, openSocket: budget.openSocket });
    runtime.use(line.runtime);
    try {
      return await this.#openOver(line, modules);
    } catch (error) {
      runtime.use(undefined);
      line.close();
      throw error;
    }
  }

  async #openOver(line: Line, modules: Awaited<ReturnType<typeof fetchTalking>>): Promise<Talking> {
    const { hb, url, store, runtime, openFiles } = this.#parts;
    const device = { hb, url, store, runtime };
    const [chat, attachments] = await Promise.all([
      modules.openChat(device),
      modules.openAttachments({ ...device, files: openFiles() }),
    ]);
    void hb.sync(); // the first that succeeds over the new line opens it
    const talking = { chat, attachments, line, calls: modules.openCalls({ line }) };
    this.opened.set(talking);
    return talking;
  }

  async #openDocuments(): Promise<Documents> {
    const { hb, url, store, budget, runtime } = this.#parts;
    const { openDocuments } = await this.#fetched(import("@healthbridge/client-sdk/documents"));
    return openDocuments({ hb, url, store, runtime, socket: budget.openSocket ?? false });
  }
}

async function fetchTalking() {
  const [{ openChat }, { openAttachments }, { openLine }, { openCalls }] = await Promise.all([
    import("@healthbridge/client-sdk/chat"),
    import("@healthbridge/client-sdk/attachments"),
    import("@healthbridge/client-sdk/realtime"),
    import("@healthbridge/client-sdk/calls"),
  ]);
  return { openChat, openAttachments, openLine, openCalls };
}

/** How far the opening of an addition is. */
export type Opening<T> =
  | { readonly state: "opening" }
  | { readonly state: "open"; readonly value: T }
  | { readonly state: "failed" };

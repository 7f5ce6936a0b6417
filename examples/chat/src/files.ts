import { type Attachments, contentTypeOf } from "@healthbridge/client-sdk/attachments";
import { HealthBridgeError } from "@healthbridge/client-sdk";
import type { Chat, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { EntityId } from "@healthbridge/schema";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { reasonInWords, several } from "./words.ts";

const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "audio/ogg": "ogg",
  "audio/mp4": "m4a",
  "audio/aac": "aac",
  "audio/webm": "weba",
};
const KINDS = "JPEG, PNG and WebP photos, and voice notes in Ogg, M4A, AAC and WebM";

/** Photos and voice notes: from files into conversations, and back into files. */
export class Files {
  readonly #attachments: Attachments;
  readonly #chat: Chat;
  readonly #say: (words: string) => void;
  readonly #stop: () => void;
  /** names of what was attached in this run and is not at the server yet */
  readonly #under = new Map<EntityId, string>();

  constructor(attachments: Attachments, chat: Chat, say: (words: string) => void) {
    this.#attachments = attachments;
    this.#chat = chat;
    this.#say = say;
    this.#stop = attachments.watch(() => this.#tellWhatCame());
  }

  end(): void {
    this.#stop();
  }

  /** Attaches a file to a conversation, with a line of its own. */
  async attach(conversation: EntityId, path: string): Promise<void> {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) return this.#say(`There is no file “${path}” that can be read.`);
    const type = contentTypeOf(bytes);
    if (type === undefined) return this.#say(`Not attached: only ${KINDS} can be.`);
    const kind = type.startsWith("image/") ? "photo" : "voice";
    try {
      const id = await this.#attachments.attach(new Blob([new Uint8Array(bytes)]), { conversation, kind });
      this.#under.set(id, basename(path));
      await this.#chat.send({ conversation, attachments: [id] });
      this.#say(`${basename(path)} is kept here, and sent after everything else.`);
    } catch (error) {
      if (!(error instanceof HealthBridgeError)) throw error;
      this.#say(`Not attached: ${reasonInWords(error.code)}.`);
    }
  }

  /** Writes what is attached to one of some lines into a folder. Needs a network. */
  async save(
    lines: readonly ShownMessage[],
    { number, folder = "." }: { readonly number: number; readonly folder: string | undefined },
  ): Promise<void> {
    const { attachments = [] } = lines.find((each) => each.number === number) ?? {};
    if (attachments.length === 0) return this.#say("Nothing is attached to that line.");
    await mkdir(folder, { recursive: true });
    let late = 0;
    for (const id of attachments) {
      const file = (await this.#attachments.held(id)) ?? (await this.#fetched(id));
      if (file === undefined) late += 1;
      else {
        const path = join(folder, `${id}.${ENDINGS[file.type] ?? "bin"}`);
        await writeFile(path, new Uint8Array(await file.arrayBuffer()), { mode: 0o600 });
        this.#say(`Saved as ${path}.`);
      }
    }
    if (late > 0) this.#say(`${several(late, "attachment")} on the way still.`);
  }

  async #fetched(id: EntityId): Promise<Blob | undefined> {
    try {
      return await this.#attachments.download(id);
    } catch (error) {
      if (error instanceof HealthBridgeError && error.code === "not_found") return undefined;
      throw error;
    }
  }

  #tellWhatCame(): void {
    for (const { id, state, problem } of this.#attachments.list()) {
      const name = this.#under.get(id);
      if (name === undefined || state === "waiting") continue;
      this.#under.delete(id);
      this.#say(
        state === "sent"
          ? `${name} is at the server.`
          : `${name} was not sent: ${reasonInWords(problem?.code)}.`,
      );
    }
  }
}

import type { HealthBridge } from "@healthbridge/client-sdk";
import { copyOfUpdates } from "../document-copy.ts";
import type { DocumentCopy } from "../history.ts";
import type { DevicePlan } from "./device.ts";
import type { ObservedLine } from "./observed-line.ts";

interface ReaderParts {
  readonly plan: DevicePlan;
  readonly hb: Pick<HealthBridge, "sync">;
  readonly line: ObservedLine;
  readonly url: string;
}

/** A state vector of nothing. */
const NOTHING = "AA==";
const PATIENCE_MS = 5_000;
const AWAY = 0;

/** Asks servers about documents by hand, as whoever is signed in on a device. */
export class DocumentReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** What each server gives a reader who has nothing. */
  readAll(name: string): Promise<ReadonlyArray<DocumentCopy | number>> {
    return Promise.all(
      this.#parts.plan.urls.map(async (url) => {
        const { status, answer } = await this.#post(url, name, { vector: NOTHING });
        return answer === undefined ? status : copyOfUpdates([Buffer.from(answer.update, "base64")]);
      }),
    );
  }

  /** Sends an update; answers whether the server said that it has it. */
  async send(name: string, update: Uint8Array): Promise<boolean> {
    const body = { vector: NOTHING, update: Buffer.from(update).toString("base64") };
    const { answer } = await this.#post(this.#parts.url, name, body);
    return answer?.stored === true;
  }

  async #post(url: string, name: string, body: object): Promise<Answered> {
    for (let time = 0; ; time += 1) {
      const answered = await this.#postOnce(url, name, body);
      if (answered.status !== 401 || time > 0) return answered;
      // The token ran out meanwhile; the SDK draws a new one.
      await this.#parts.hb.sync();
    }
  }

  async #postOnce(url: string, name: string, body: object): Promise<Answered> {
    try {
      const response = await fetch(`${url}/v1/documents/${name}/sync`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: this.#parts.line.authorization },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const answer = response.ok ? ((await response.json()) as Answer) : undefined;
      return { status: response.status, answer };
    } catch {
      return { status: AWAY, answer: undefined };
    }
  }
}

interface Answer {
  readonly update: string;
  readonly stored: boolean;
}

interface Answered {
  readonly status: number;
  readonly answer: Answer | undefined;
}

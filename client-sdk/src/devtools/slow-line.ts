import type { Runtime } from "../adapters/runtime.ts";

/** As browsers class connections: "slow-2g" is a round trip of 2 s and more, at 50 kbit/s and less. */
const ROUND_TRIP_MS = 2_000;
const BYTES_PER_SECOND = 50_000 / 8;
const SECOND_MS = 1_000;

/** A line as slow as the slowest that phones meet. */
export class SlowLine {
  readonly #runtime: Pick<Runtime, "sleep">;

  constructor(runtime: Pick<Runtime, "sleep">) {
    this.#runtime = runtime;
  }

  /** Resolves when a request would have arrived. */
  async send(body: BodyInit | null | undefined, signal: AbortSignal): Promise<void> {
    await this.#runtime.sleep(ROUND_TRIP_MS + timeOf(sizeOf(body)), signal);
  }

  /** Resolves when so many bytes of an answer would have come. */
  async receive(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#runtime.sleep(timeOf(bytes), signal);
  }
}

/** Bytes of a body or a frame, where that is known without reading it. */
export function sizeOf(body: unknown): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return typeof body === "string" ? new TextEncoder().encode(body).length : 0;
}

function timeOf(bytes: number): number {
  return (bytes / BYTES_PER_SECOND) * SECOND_MS;
}

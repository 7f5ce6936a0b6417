/** Bytes of a piece on a slow line: so much of a photo at most is in the way of a message. */
export const LEAST_BYTES = 4_096;
/** On the fastest. */
const MOST_BYTES = 262_144;
/** Lines that carry less than this while they are aimed for are slow. */
const SLOW_BYTES = 16_384;
/** How much more is dared with each piece that went well, after the line broke under so much. */
const DARE = 1.25;
/** How long a piece should take, ms. */
const AIM_MS = 1_000;
/** A piece is at most so many times the one before. */
const GROWTH = 4;
const LEAST_PATIENCE_MS = 30_000;

/** How much of a file goes out in one request, learned from what the line took. */
export class ChunkSize {
  #bytes = LEAST_BYTES;
  /** more has broken lately */
  #most = MOST_BYTES;
  /** bytes per ms, the round trip counted in */
  #speed = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** ms without movement after which a piece counts as lost. */
  get patience(): number {
    return Math.max(LEAST_PATIENCE_MS, this.#speed > 0 ? (3 * this.#bytes) / this.#speed : 0);
  }

  /** A piece took so long, from its first byte to the answer. */
  took(bytes: number, ms: number): void {
    if (bytes < LEAST_BYTES) return; // the end of a file says more about the round trip than about the line
    this.#speed = bytes / Math.max(1, ms);
    if (bytes >= this.#most) this.#most = Math.min(MOST_BYTES, DARE * this.#most);
    const fits = Math.min(this.#most, GROWTH * this.#bytes, Math.floor(this.#speed * AIM_MS));
    this.#bytes = fits < SLOW_BYTES ? LEAST_BYTES : Math.floor(fits);
  }

  /** The line broke: begin small, and go no further than half of what broke. */
  failed(): void {
    this.#most = Math.max(LEAST_BYTES, this.#bytes / 2);
    this.#bytes = LEAST_BYTES;
  }
}

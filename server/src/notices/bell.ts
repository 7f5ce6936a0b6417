/** Tells whoever listens that something is due. Rung before anybody listens, it is not heard: what is due then is found when the listener starts. */
export class Bell {
  #listener: (() => void) | undefined;

  /** Rings. Never throws, and waits for nothing. */
  readonly ring = (): void => {
    this.#listener?.();
  };

  /** Listens from now on; one can. */
  listen(listener: () => void): void {
    this.#listener = listener;
  }
}

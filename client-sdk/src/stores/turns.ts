/** Lets one piece of asynchronous work after another have its turn, in the order they asked. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everybody before has finished, well or badly. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everybody who has asked so far has finished. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

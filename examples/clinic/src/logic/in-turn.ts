let turn: Promise<unknown> = Promise.resolve();

/** Does one thing after another, in the order in which they were asked for: so the second of two taps finds in the queue what the first has put there. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}

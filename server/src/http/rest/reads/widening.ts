/** Metres of the first circle: in a city it holds more than one page. */
const FIRST_METRES = 1_000;
/** How many times as wide the next circle is. The wide ones hold what the narrow ones held, which costs a ninth once more. */
const WIDER = 3;

/** What is asked for in circles. */
export interface Widening<Row> {
  /** metres nobody is asked beyond */
  readonly reach: number;
  /** metres below which nothing is looked for any more: where the last page ended */
  readonly from: number;
  /** rows that are enough */
  readonly enough: number;
  /** finds the nearest rows within so many metres, as many as are enough */
  readonly ask: (metres: number) => Promise<readonly Row[]>;
}

/**
 * Finds what is nearest in circles that widen until enough is found or the reach is come to: in a city with a hundred thousand doctors the first page looks at a
 * few hundred, and nowhere are more than six questions asked. Each circle is asked whole, so the answer is that of one moment.
 */
export async function nearest<Row>({ reach, from, enough, ask }: Widening<Row>): Promise<readonly Row[]> {
  for (let metres = Math.max(FIRST_METRES, from * 2); ; metres *= WIDER) {
    // What is nearly the whole is asked for as the whole.
    const circle = metres * WIDER > reach ? reach : metres;
    const rows = await ask(circle);
    if (rows.length >= enough || circle === reach) return rows;
  }
}

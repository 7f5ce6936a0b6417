/** What a line of {@link openBare} looks like: a sync with one operation. */
export interface SaidFrame {
  readonly id: number;
  readonly sync: {
    readonly protocol: number;
    readonly stream: string;
    readonly from: number;
    readonly operations: readonly [
      {
        readonly type: "message.send";
        readonly input: { readonly conversation: string; readonly text: string };
        readonly madeAt: number;
      },
    ];
    readonly cursors: string;
  };
}

/** What an end is told. */
export interface ToldFrame {
  answer?: { readonly id: number; readonly settled: number; readonly serverTime: number };
  readonly changes: {
    readonly number: number;
    readonly at: number;
    readonly conversation: string;
    readonly text: string;
  }[];
}

/** Names the database to the relay's process. */
export const DATABASE_VARIABLE = "BENCH_BARE_DATABASE";

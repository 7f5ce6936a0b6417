/** ms */
export interface ListenTimes {
  readonly headers: number;
  readonly request: number;
  readonly silence: number;
  readonly rest: number;
  readonly check: number;
}

/**
 * How long a client may take. The head is a few hundred bytes: who needs longer than ten seconds for it holds a connection and
 * nothing else. A body can be 128 kB over 2G with stalls: at 8 kbit/s that is over two minutes, so the whole request has five,
 * and what ends it earlier is silence, 45 seconds of it. Between requests a connection may rest for 65 seconds, longer than
 * proxies keep theirs (60), so that it is the proxy who closes.
 */
export const LISTEN_TIMES_MS: ListenTimes = {
  headers: 10_000,
  request: 300_000,
  silence: 45_000,
  rest: 65_000,
  check: 5_000,
};

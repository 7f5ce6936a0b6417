import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";

/** Table `meta`, key `sync`: what is known of the server. */
export interface SyncRow {
  /** the server's epoch; another one means that it was restored from a backup */
  readonly epoch: number;
  /** ms the server's clock was ahead of this device's when they last met */
  readonly ahead: number;
  /** a feed is being read anew: what no feed holds at its end is forgotten */
  readonly refreshing?: boolean | undefined;
}

/** The server's time as far as this device can know, ms since 1970. Good for forecasts; decides nothing. */
export function serverNow(mirror: Mirror, runtime: Pick<Runtime, "now">): number {
  return runtime.now() + (mirror.meta.get("sync")?.ahead ?? 0);
}

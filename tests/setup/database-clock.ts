import type { DatabasePool } from "../../server/src/database/pool.ts";

/** What the database's clock shows to the sessions of one pool, ms since 1970. A test moves it. */
export interface DatabaseClock {
  now: number;
}

/** A borrower's own time limit begins when it has the connection: until then nobody else would end the wait. */
const PATIENCE_MS = 10_000;

/** A pool in whose sessions the database's clock stands where the test says: both servers let a session choose its own time. */
export function withClock(pool: DatabasePool, clock: DatabaseClock): DatabasePool {
  return {
    runtime: pool.runtime,
    async lease() {
      const lease = await pool.lease();
      const callOff = pool.runtime.after(PATIENCE_MS, () => {
        lease.destroy();
      });
      try {
        await lease.run(`SET timestamp = ${(clock.now / 1000).toFixed(3)}`);
      } catch (error) {
        // Nobody else knows of this lease: kept, its place would be lost, and the pool could never be closed.
        lease.destroy();
        throw error;
      } finally {
        callOff();
      }
      return lease;
    },
    retire: () => {
      pool.retire();
    },
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}

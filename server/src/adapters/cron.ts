import { schedule } from "node-cron";

/** Calls something again and again, as cron writes it. */
export interface Cron {
  /** `expression` is in UTC. `action` answers when it is through, and never rejects. The function returned ends it. */
  schedule(expression: string, action: () => Promise<void>): () => void;
}

const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore };

/** The machine's clock. A call that was missed because the process was busy or asleep is left out: jobs catch up by themselves. */
export const systemCron: Cron = {
  schedule: (expression, action) => {
    const task = schedule(expression, action, { timezone: "UTC", logger: silent, unref: true });
    return () => {
      void task.destroy();
    };
  },
};

function ignore(): void {
  // What a job does and why it failed is in our own log.
}

import { createClient } from "@redis/client";

/** One connection to Redis, from being open to its end. It is not mended: whoever holds it opens another. */
export interface RedisLine {
  /** Resolves when it is over, with a word on why; never rejects. */
  readonly ended: Promise<string>;
  /** Rejects where Redis refuses; waits as long as Redis does. */
  publish(channel: string, text: string): Promise<void>;
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  /** Resolves when Redis answers. */
  ask(): Promise<void>;
  /** Ends it at once; what waits is rejected. An error is told in one word, without anything secret. */
  end(why: unknown): void;
}

export interface RedisLineOptions {
  /** `redis://`, `rediss://`, or `unix:///path` */
  readonly url: string;
  /** commands without an answer that the client holds at most */
  readonly mostWaiting: number;
  readonly connectMs: number;
}

/** Opens a connection; the line is there at once, and `opened` says when it can be used. Ended before, `opened` rejects. */
export function openRedisLine(options: RedisLineOptions): {
  readonly line: RedisLine;
  readonly opened: Promise<void>;
} {
  const client = createClient({
    url: options.url,
    // Version 3 of Redis's protocol publishes and subscribes over one connection.
    RESP: 3,
    name: "healthbridge",
    disableClientInfo: true,
    maintNotifications: "disabled",
    disableOfflineQueue: true,
    commandsQueueMaxLength: options.mostWaiting,
    socket: { reconnectStrategy: false, connectTimeout: options.connectMs },
  });
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const end = (why: unknown): void => {
    resolve(typeof why === "string" ? why : wordFor(why));
    if (client.isOpen) client.destroy();
  };
  client.on("error", end);
  client.on("end", () => {
    end("closed");
  });
  const line: RedisLine = {
    ended,
    end,
    publish: async (channel, text) => {
      await client.publish(channel, text);
    },
    subscribe: (channel, listener) => client.subscribe(channel, listener),
    ask: async () => {
      await client.ping();
    },
  };
  return { line, opened: client.connect().then(() => undefined) };
}

/** Why a connection ended: the system's word for it, or Redis's. Never an address or a password. */
function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return "broken";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Redis begins its refusals with a word in capitals: NOAUTH, WRONGPASS, NOPERM.
  // The client's own errors are told apart by their classes.
  return /^[A-Z]{3,20}\b/.exec(error.message)?.[0] ?? error.constructor.name;
}

import { type Chat, type ChatDevice, openChat } from "@healthbridge/client-sdk/chat";
import { type Device, NO_SERVER } from "./device.ts";

/**
 * Conversations on this computer. Chat says which outcomes it has dealt with; here nobody does, because the SDK would forget their references one day, and a file that is run
 * again would be sent again.
 */
export function chatOf({ hb, store, server }: Device): Promise<Chat> {
  const kept: ChatDevice["hb"] = {
    acknowledge: () => Promise.resolve(),
    enqueue: (type, input, options) => hb.enqueue(type, input, options),
    get: (kind, id) => hb.get(kind, id),
    list: (kind, filter) => hb.list(kind, filter),
    on: (name, listener) => hb.on(name, listener),
    outcomes: () => hb.outcomes(),
    status: hb.status,
    sync: (options) => hb.sync(options),
    waiting: () => hb.waiting(),
  };
  return openChat({ hb: kept, url: server ?? NO_SERVER, store });
}

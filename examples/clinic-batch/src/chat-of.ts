import { type Chat, type ChatDevice, openChat } from "@healthbridge/client-sdk/chat";
import { type Device, NO_SERVER } from "./device.ts";

/**
 * Conversations on this computer. Chat says of its lines when it has dealt with their outcomes; here it must not, because the SDK would forget their references one day, and
 * a file that is run again would be sent again.
 */
export function chatOf({ hb, store, server }: Device): Promise<Chat> {
  const kept: ChatDevice["hb"] = {
    acknowledge: async (ids) => {
      const sent = (await hb.outcomes()).filter(({ type }) => type === "message.send");
      const lines = new Set(sent.map(({ id }) => id));
      await hb.acknowledge(ids.filter((id) => !lines.has(id)));
    },
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

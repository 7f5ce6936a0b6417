import { createHmac } from "node:crypto";
import type { Gateway } from "./gateway.ts";

/** What the settings say of a webhook. */
export interface WebhookAccount {
  readonly url: string;
  readonly key: Uint8Array;
}

/**
 * A gateway of the operator's own, asked as Standard Webhooks 1.0 says: the signature is HMAC-SHA256 over `<id>.<seconds>.<body>`, so that neither an old request nor another
 * body passes for ours, and there is a library for it in every language. `webhook-id` is the same when the same message comes again.
 */
export function webhookGateway({ url, key }: WebhookAccount): Gateway {
  return {
    request({ channel, phone, letter, now }) {
      const { key: id, kind, language, text } = letter;
      const body = JSON.stringify({ type: "notice", channel, to: phone, kind, language, text });
      const seconds = String(Math.floor(now / 1000));
      const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
      return {
        method: "POST",
        url,
        body,
        headers: {
          "content-type": "application/json",
          "idempotency-key": id,
          "webhook-id": id,
          "webhook-timestamp": seconds,
          "webhook-signature": `v1,${signature}`,
        },
      };
    },
  };
}

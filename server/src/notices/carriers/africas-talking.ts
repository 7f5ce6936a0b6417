import * as z from "zod";
import type { OutboundAnswer } from "../../adapters/outbound-http.ts";
import type { Delivery } from "./carrier.ts";
import { byStatus } from "./delivery.ts";
import { form, type Gateway } from "./gateway.ts";

/** What the settings say of an account at Africa's Talking. */
export interface AfricasTalkingAccount {
  /** of its SMS interface, or of its voice interface */
  readonly url: string;
  readonly user: string;
  readonly secret: string;
  /** a sender id or short code; for calls a number of the account */
  readonly from: string;
}

const SmsAnswer = z.object({
  SMSMessageData: z.object({ Recipients: z.array(z.object({ statusCode: z.number() })) }),
});
const VoiceAnswer = z.object({ entries: z.array(z.object({ status: z.string() })) });

/** Processed, sent, queued. */
const TAKEN = [100, 101, 102];
/** No credit, or a fault at the gateway: what passes, or an operator mends. */
const LATER = [405, 500, 501];

/**
 * SMS and calls by Africa's Talking. It knows no idempotency key. It asks our own server what to say in a call, by the `clientRequestId`: see `spoken-route.ts`.
 */
export function africasTalkingGateway({ url, user, secret, from }: AfricasTalkingAccount): Gateway {
  return {
    request({ channel, phone, letter: { text, key } }) {
      const said = channel === "sms" ? { message: text } : { clientRequestId: key };
      const { body, headers } = form({ username: user, to: phone, from, ...said });
      const path = channel === "sms" ? "version1/messaging" : "call";
      return { method: "POST", url: new URL(path, url).href, body, headers: { ...headers, apiKey: secret } };
    },
    judge: judgeAnswer,
  };
}

/** It answers 201 for numbers it does not take as well, and says so inside. */
function judgeAnswer({ status, body }: OutboundAnswer): Delivery {
  const delivery = byStatus(status);
  if (delivery.status !== "sent") return delivery;
  const parsed = jsonOf(body);
  const sms = SmsAnswer.safeParse(parsed);
  if (sms.success) {
    const code = sms.data.SMSMessageData.Recipients[0]?.statusCode ?? 0;
    if (TAKEN.includes(code)) return delivery;
    return { status: LATER.includes(code) ? "later" : "refused", why: `code_${code}` };
  }
  const call = VoiceAnswer.safeParse(parsed);
  if (call.success && call.data.entries[0]?.status === "Queued") return delivery;
  return { status: "refused", why: call.success ? "not_queued" : "answer_unknown" };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

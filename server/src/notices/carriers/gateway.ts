import type { Clock } from "../../adapters/clock.ts";
import type { OutboundAnswer, OutboundHttp, OutboundRequest } from "../../adapters/outbound-http.ts";
import { type Carrier, type Delivery, hasAddress, type Letter } from "./carrier.ts";
import { ask, byStatus } from "./delivery.ts";

/** What goes to a telephone: a letter with the number. */
export interface Call {
  readonly channel: "sms" | "voice";
  readonly phone: string;
  readonly letter: Letter;
  /** ms since 1970 */
  readonly now: number;
}

/** How one gateway is asked. Pure. */
export interface Gateway {
  request(call: Call): OutboundRequest;
  /** what an answer says; left out: what its status says */
  judge?(answer: OutboundAnswer): Delivery;
}

/** Carries SMS or calls over a gateway. */
export function gatewayCarrier(
  channel: Call["channel"],
  gateway: Gateway,
  { http, clock }: { readonly http: OutboundHttp; readonly clock: Clock },
): Carrier {
  return {
    channel,
    reaches: (to) => hasAddress(channel, to),
    send(letter) {
      const { phone } = letter.to;
      if (phone === undefined) return Promise.resolve({ status: "refused", why: "no_number" });
      const request = gateway.request({ channel, phone, letter, now: clock.now() });
      return ask(http, request, (answer) => gateway.judge?.(answer) ?? byStatus(answer.status));
    },
  };
}

/** A form as gateways take it. */
export function form(fields: Readonly<Record<string, string>>): Pick<OutboundRequest, "body"> & {
  readonly headers: Readonly<Record<string, string>>;
} {
  return {
    body: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
  };
}

/** A text inside an element of XML. */
export function inXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

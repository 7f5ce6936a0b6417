import { type AfricasTalkingAccount, africasTalkingGateway } from "./africas-talking.ts";
import type { Call, Gateway } from "./gateway.ts";
import { type TwilioAccount, twilioGateway } from "./twilio.ts";
import { type WebhookAccount, webhookGateway } from "./webhook.ts";

/** An account at a gateway, as its address in the settings says. */
export type GatewayAccount =
  | ({ readonly gateway: "webhook" } & WebhookAccount)
  | ({ readonly gateway: "twilio" } & TwilioAccount)
  | ({ readonly gateway: "africastalking" } & AfricasTalkingAccount);

/** The gateways' own addresses, where the host is given as `default`. */
const HOSTS = {
  twilio: { sms: "api.twilio.com", voice: "api.twilio.com" },
  africastalking: { sms: "api.africastalking.com", voice: "voice.africastalking.com" },
} as const satisfies Record<string, Readonly<Record<Call["channel"], string>>>;

/** Bytes of a webhook's secret, as Standard Webhooks has it. */
const SECRET_BYTES = { least: 24, most: 64 };

/**
 * Reads a gateway's address: `twilio://SID:TOKEN@default?from=+1…`, `africastalking://USER:KEY@default?from=CLINIC`, or the URL of a webhook with its secret in front,
 * `https://whsec_…@gateway.example/send`. `undefined` for what is none.
 */
export function parseGateway(text: string, channel: Call["channel"]): GatewayAccount | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (scheme === "https" || scheme === "http") return webhookAccount(url);
  if (scheme !== "twilio" && scheme !== "africastalking") return undefined;
  const user = decodeURIComponent(url.username);
  const secret = decodeURIComponent(url.password);
  // A plus sign in front of a number is one, not a space.
  const from = url.searchParams.get("from")?.replace(/^ /, "+") ?? "";
  if (user === "" || secret === "" || from === "") return undefined;
  const host = url.host === "default" ? HOSTS[scheme][channel] : url.host;
  return { gateway: scheme, url: `https://${host}/`, user, secret, from };
}

function webhookAccount(url: URL): GatewayAccount | undefined {
  const [, secret] = /^whsec_([A-Za-z0-9+/_=-]+)$/.exec(decodeURIComponent(url.username)) ?? [];
  const key = Buffer.from(secret ?? "", "base64");
  if (key.length < SECRET_BYTES.least || key.length > SECRET_BYTES.most) return undefined;
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return { gateway: "webhook", url: plain.href, key };
}

/** How an account's gateway is asked. */
export function gatewayOf(account: GatewayAccount): Gateway {
  if (account.gateway === "twilio") return twilioGateway(account);
  if (account.gateway === "africastalking") return africasTalkingGateway(account);
  return webhookGateway(account);
}

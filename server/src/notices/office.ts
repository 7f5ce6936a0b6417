import type { OneByOne } from "../accounts/submit-one.ts";
import type { Clock } from "../adapters/clock.ts";
import { createMailTransport } from "../adapters/mail-transport.ts";
import { createOutboundHttp } from "../adapters/outbound-http.ts";
import type { Config } from "../config/config.ts";
import type { Carrier, PushTarget } from "./carriers/carrier.ts";
import type { Catcher } from "./carriers/catcher.ts";
import { emailCarrier } from "./carriers/email.ts";
import { gatewayCarrier } from "./carriers/gateway.ts";
import { type GatewayAccount, gatewayOf } from "./carriers/gateway-account.ts";
import { isPublicAddress } from "./carriers/public-addresses.ts";
import { pushCarrier } from "./carriers/web-push.ts";
import { CHANNELS, type Channel, type NoticePlan } from "./plan.ts";
import type { SendParts } from "./send-notices.ts";

type NoticeConfig = Pick<
  Config,
  | "demo"
  | "noticeChannels"
  | "noticeMode"
  | "reminderMinutes"
  | "quietHours"
  | "noticeLanguage"
  | "noticeNames"
  | "pushKeys"
  | "pushContact"
  | "smsGateway"
  | "voiceGateway"
  | "smtpUrl"
  | "mailFrom"
>;

/**
 * How patients are told, as the settings say; `undefined` where they are not told of anything. The demo, where no channel is named, shows everything: by every channel, at any
 * hour.
 */
export function noticePlan(config: NoticeConfig): NoticePlan | undefined {
  const { demo, noticeChannels: channels, noticeMode: mode, reminderMinutes, quietHours: quiet } = config;
  if (channels.length > 0) return { channels, mode, reminderMinutes, quiet };
  return demo ? { channels: CHANNELS, mode: "all", reminderMinutes, quiet: undefined } : undefined;
}

/** What carriers are made of. */
export interface OfficeParts {
  readonly clock: Clock;
  readonly operations: OneByOne;
  /** takes everything in the demo */
  readonly catcher: Catcher | undefined;
}

/** The carriers of a plan's channels, in its order, and how letters are written. */
export function sendingBy(
  config: NoticeConfig,
  { channels, quiet }: NoticePlan,
  parts: OfficeParts,
): Pick<SendParts, "carriers" | "quiet" | "style"> {
  const caught = parts.catcher?.carriers.filter(({ channel }) => channels.includes(channel));
  return {
    carriers: caught ?? channels.flatMap((channel) => carrierFor(channel, config, parts) ?? []),
    quiet,
    style: { language: config.noticeLanguage, names: config.noticeNames },
  };
}

/** The settings were checked: a channel that is named has what it needs. */
function carrierFor(channel: Channel, config: NoticeConfig, parts: OfficeParts): Carrier | undefined {
  if (channel === "push") return pushFor(config, parts);
  if (channel === "sms") return telephoneFor("sms", config.smsGateway, parts);
  if (channel === "voice") return telephoneFor("voice", config.voiceGateway, parts);
  const { smtpUrl, mailFrom } = config;
  if (smtpUrl === undefined || mailFrom === undefined) return undefined;
  return emailCarrier(createMailTransport(smtpUrl), mailFrom);
}

function telephoneFor(
  channel: "sms" | "voice",
  account: GatewayAccount | undefined,
  { clock }: OfficeParts,
): Carrier | undefined {
  if (account === undefined) return undefined;
  return gatewayCarrier(channel, gatewayOf(account), { http: createOutboundHttp(), clock });
}

function pushFor(config: NoticeConfig, { clock, operations }: OfficeParts): Carrier | undefined {
  const { pushKeys, pushContact } = config;
  if (pushKeys === undefined || pushContact === undefined) return undefined;
  return pushCarrier({
    keys: { ...pushKeys, subject: pushContact },
    http: createOutboundHttp({ allowed: isPublicAddress }),
    clock,
    onGone: (target) => endSubscription(operations, target),
  });
}

/** Like everything that is written, by an operation. */
async function endSubscription(
  operations: OneByOne,
  { tenant, device, subscription }: PushTarget,
): Promise<void> {
  const submitter = { tenant, account: undefined, device: undefined, system: true } as const;
  const input = { device, endpoint: subscription.endpoint };
  await operations.submit({ submitter, type: "device.unsubscribePush", input });
}

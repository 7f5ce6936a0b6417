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
import { CHANNELS, type Channel, type NoticePlan, type OnCall } from "./plan.ts";
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
  | "onCall"
  | "urgentMinutes"
  | "pushKeys"
  | "pushContact"
  | "smsGateway"
  | "voiceGateway"
  | "smtpUrl"
  | "mailFrom"
>;

/** By what who is on call is told: by the first that reaches her. What wakes somebody only while her browser runs is not enough. */
const ON_CALL_CHANNELS: readonly Channel[] = ["sms", "voice", "email"];

/**
 * How people are told, as the settings say; `undefined` where nobody is told of anything. The demo, where no channel is named, shows all that patients are told: by every channel,
 * at any hour.
 */
export function noticePlan(config: NoticeConfig): NoticePlan | undefined {
  const { demo, noticeChannels: channels, noticeMode: mode, reminderMinutes, quietHours: quiet } = config;
  const onCall = onCallOf(config);
  if (demo && channels.length === 0)
    return { channels: CHANNELS, mode: "all", reminderMinutes, quiet: undefined, onCall };
  if (channels.length === 0 && onCall === undefined) return undefined;
  return { channels, mode, reminderMinutes, quiet, onCall };
}

function onCallOf({ onCall: list, urgentMinutes: minutes }: NoticeConfig): OnCall | undefined {
  return list.length === 0 ? undefined : { list, minutes };
}

/** What carriers are made of. */
export interface OfficeParts {
  readonly clock: Clock;
  readonly operations: OneByOne;
  /** takes everything in the demo */
  readonly catcher: Catcher | undefined;
}

/** The carriers of a plan, in its order, and how letters are written. */
export function sendingBy(
  config: NoticeConfig,
  { channels, quiet, onCall }: NoticePlan,
  parts: OfficeParts,
): Pick<SendParts, "carriers" | "onCall" | "quiet" | "style"> {
  const onCallChannels = onCall === undefined ? [] : ON_CALL_CHANNELS;
  const made = new Map(
    [...new Set([...channels, ...onCallChannels])].map((channel) => [
      channel,
      carrierFor(channel, config, parts),
    ]),
  );
  const inOrder = (wanted: readonly Channel[]) => wanted.flatMap((channel) => made.get(channel) ?? []);
  return {
    carriers: inOrder(channels),
    onCall: inOrder(onCallChannels),
    quiet,
    style: { language: config.noticeLanguage, names: config.noticeNames },
  };
}

/** The settings were checked: a channel that is named has what it needs. */
function carrierFor(channel: Channel, config: NoticeConfig, parts: OfficeParts): Carrier | undefined {
  if (parts.catcher !== undefined) return parts.catcher.carriers.find((each) => each.channel === channel);
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

import { createECDH, createHash, ECDH } from "node:crypto";
import type { PushSubscription } from "@healthbridge/schema";
import webPush from "web-push";
import type { Clock } from "../../adapters/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../adapters/outbound-http.ts";
import { type Carrier, type Delivery, hasAddress, type Letter, type PushTarget } from "./carrier.ts";
import { ask } from "./delivery.ts";

/** Who we are to push services (VAPID, RFC 8292): keys in base64url, and how to reach the operator. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:…` or `https://…` */
  readonly subject: string;
}

export interface PushParts {
  readonly keys: PushKeys;
  /** lets through to public addresses only: the endpoint is whatever a browser, or somebody who plays one, has named */
  readonly http: OutboundHttp;
  readonly clock: Clock;
  /** told of subscriptions that the push service has ended, and of those that are none */
  readonly onGone: (target: PushTarget) => Promise<void>;
}

/** A push service keeps what it cannot deliver no longer than it is of use, and no longer than this. */
const LONGEST_SECONDS = 7 * 86_400;
const TOPIC_CHARACTERS = 32;

/**
 * Carries messages to browsers by their push services, encrypted for the browser (RFC 8291). What a later message of the same appointment makes obsolete, and has not been
 * delivered, is replaced by it.
 */
export function pushCarrier(parts: PushParts): Carrier {
  return {
    channel: "push",
    reaches: (to) => hasAddress("push", to),
    async send(letter) {
      const targets = oneForEachBrowser(letter.to.push);
      const deliveries = await Promise.all(targets.map((target) => sendTo(parts, target, letter)));
      return together(deliveries);
    },
  };
}

async function sendTo(parts: PushParts, target: PushTarget, letter: Letter): Promise<Delivery> {
  const delivery: Delivery = isOne(target.subscription)
    ? await ask(parts.http, requestFor(parts, target, letter))
    : { status: "refused", why: "no_subscription" };
  const gone = delivery.status === "refused" && GONE.has(delivery.why);
  // Whether that can be noted says nothing of the letter, which other devices may have: the next one finds it gone again.
  if (gone) await parts.onGone(target).catch(() => undefined);
  return delivery;
}

const GONE: ReadonlySet<string> = new Set(["http_404", "http_410", "no_subscription"]);

/** When it was named only the form was looked at: an address can lead nowhere, and a key be no point of the curve. One such device must not keep the letter from the others. */
function isOne({ endpoint, keys }: PushSubscription): boolean {
  if (!URL.canParse(endpoint)) return false;
  try {
    ECDH.convertKey(keys.p256dh, "prime256v1", "base64url");
    return true;
  } catch {
    return false;
  }
}

function requestFor({ keys, clock }: PushParts, target: PushTarget, letter: Letter): OutboundRequest {
  const { key, kind, title, text, language, appointment, start } = letter;
  const payload = JSON.stringify({ key, kind, title, text, language, appointment });
  const seconds = Math.floor((start - clock.now()) / 1000);
  const { endpoint, headers, body } = webPush.generateRequestDetails(target.subscription, payload, {
    vapidDetails: keys,
    TTL: Math.min(Math.max(seconds, 60), LONGEST_SECONDS),
    urgency: kind === "expiry" ? "normal" : "high",
    topic: createHash("sha256").update(appointment).digest("base64url").slice(0, TOPIC_CHARACTERS),
  });
  const { "Content-Length": _counted, ...rest } = headers;
  return { method: "POST", url: endpoint, headers: rest, body };
}

/** A browser can be known under two devices, where somebody signed in anew. */
function oneForEachBrowser(targets: readonly PushTarget[]): readonly PushTarget[] {
  return [...new Map(targets.map((target) => [target.subscription.endpoint, target])).values()];
}

/** One device that got it is enough; one that may get it later is worth another try. */
function together(deliveries: readonly Delivery[]): Delivery {
  return (
    deliveries.find(({ status }) => status === "sent") ??
    deliveries.find(({ status }) => status === "later") ??
    deliveries[0] ?? { status: "refused", why: "no_device" }
  );
}

/** Reads `public:private`, checked as push services check them; `undefined` for what is no pair of keys. */
export function parsePushKeys(text: string): Omit<PushKeys, "subject"> | undefined {
  const [, publicKey, privateKey] = /^(B[A-Za-z0-9_-]{86}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (publicKey === undefined || privateKey === undefined) return undefined;
  return publicKeyOf(privateKey) === publicKey ? { publicKey, privateKey } : undefined;
}

function publicKeyOf(privateKey: string): string | undefined {
  const ecdh = createECDH("prime256v1");
  try {
    ecdh.setPrivateKey(privateKey, "base64url");
  } catch {
    return undefined;
  }
  return ecdh.getPublicKey("base64url");
}

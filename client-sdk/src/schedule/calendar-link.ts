import { encodeBase64Url, type EntityId, type InputOf } from "@healthbridge/schema/client";
import { needCryptography } from "../cryptography.ts";
import { type OpenDevice, runtimeOf, signedCall } from "../carriers/signed-call.ts";
import { offline } from "../errors.ts";
import { isRecord } from "../outbox/rows.ts";

/** Whose appointments a calendar shows: `{ doctor }`, `{ patient }`, or `{}` for all patients the account acts for. */
export type CalendarOf = InputOf<"calendar.share">["of"];

/** A calendar link that was made. */
export interface SharedCalendar {
  /** ends it, with `unshareCalendar` */
  readonly link: EntityId;
  /** for a calendar program. Shown once: the secret in it is kept nowhere, and whoever has it reads the calendar */
  readonly url: string;
}

const SECRET_BYTES = 32;
const KEY_BYTES = 24;

/**
 * Makes a link under which a calendar program reads appointments without signing in. Needs the network: what is queued is sent first, so that a patient who was just registered is known.
 * The secret is drawn here, and only its digest leaves the device.
 * @param options `names`: a doctor wants patients' names in her calendar
 * @throws HealthBridgeError `malformed`, `forbidden`, `not_found`; `not_signed_in`; `vault_unavailable` (a page that is neither https nor localhost); `offline` and the other codes of an exchange that failed
 * @example
 * const { link, url: address } = await shareCalendar({ hb, url, store }, { patient: patient.id });
 * show(address); // once: it cannot be asked for again
 */
export async function shareCalendar(
  device: OpenDevice,
  of: CalendarOf,
  options: { readonly names?: boolean | undefined } = {},
): Promise<SharedCalendar> {
  const runtime = runtimeOf(device);
  const secret = encodeBase64Url(runtime.randomBytes(SECRET_BYTES));
  needCryptography();
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  const digest = encodeBase64Url(new Uint8Array(hash));
  const body: InputOf<"calendar.share"> = { digest, of, ...(options.names === true ? { names: true } : {}) };
  const answer = await write(device, { method: "POST", path: "calendar-links", body });
  if (!isRecord(answer) || typeof answer["id"] !== "string") throw offline("the answer could not be read");
  return { link: answer["id"], url: `${device.url.replace(/\/+$/, "")}/v1/calendar/${secret}.ics` };
}

/**
 * Ends a calendar link, at once. Needs the network.
 * @throws HealthBridgeError `not_found`; `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example await unshareCalendar({ hb, url, store }, link);
 */
export async function unshareCalendar(device: OpenDevice, link: EntityId): Promise<void> {
  await write(device, { method: "DELETE", path: `calendar-links/${link}` });
}

/** One operation over REST: those a phone never queues are not in its queue's language. */
function write(
  device: OpenDevice,
  call: { readonly method: "POST" | "DELETE"; readonly path: string; readonly body?: object },
): Promise<unknown> {
  const key = encodeBase64Url(runtimeOf(device).randomBytes(KEY_BYTES));
  return signedCall(device, { ...call, headers: { "idempotency-key": key } });
}

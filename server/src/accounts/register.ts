import type { Account, RegisterRequest, StreamId } from "@healthbridge/schema";
import type { Submitter } from "../operations/submission.ts";
import { accountById } from "./account-reads.ts";
import type { Authenticated } from "./authenticated.ts";
import { isWeakPassword } from "./password-rules.ts";
import type { AccountParts } from "./parts.ts";
import { Refused, refused } from "./refused.ts";

/** How long an anonymous registration takes: to the next full step, so that a name that was taken takes no less. */
const STEP_MS = 400;

/**
 * Opens a patient's account for somebody who is not signed in. Whether the name was free is not told: it would tell who is a
 * patient here.
 *
 * @throws Refused `forbidden`, `password_weak`, `malformed`
 */
export async function registerOneself(parts: AccountParts, request: RegisterRequest): Promise<void> {
  const started = parts.clock.monotonic();
  if (!parts.settings.openRegistration) throw refused("forbidden");
  if (
    (request.role ?? "patient") !== "patient" ||
    request.clinics !== undefined ||
    request.doctor !== undefined
  )
    throw refused("forbidden", "role");
  const tenant = request.tenant ?? parts.settings.tenant;
  try {
    // A tenant is named by whoever asks: an account that nobody looks after must not come of it.
    if (tenant !== parts.settings.tenant) throw refused("not_found", "tenant");
    await open(parts, request, { tenant, account: undefined, device: undefined });
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== "login_taken") throw error;
  }
  const spent = parts.clock.monotonic() - started;
  await parts.timers.sleep(Math.ceil(spent / STEP_MS) * STEP_MS - spent);
}

/**
 * Opens an account for somebody else; whether that is allowed decides the operation.
 *
 * @param stream of an Idempotency-Key: the same request again answers the same account
 * @throws Refused `forbidden`, `login_taken`, `password_weak`, `not_found`, `malformed`
 */
export async function registerAnother(
  parts: AccountParts,
  request: RegisterRequest,
  who: Authenticated,
  stream: StreamId | undefined,
): Promise<Account> {
  // Her own tenant, whatever the request says: another one does not exist for her.
  if (request.tenant !== undefined && request.tenant !== who.tenant) throw refused("not_found", "tenant");
  const submitter = { tenant: who.tenant, account: who.account, device: who.device };
  const id = await open(parts, request, submitter, stream);
  const known = await accountById(parts.pool, who.tenant, id);
  if (known === undefined) throw refused("not_found");
  parts.log.info("account opened", { account: id, by: who.account, role: known.account.role });
  return known.account;
}

async function open(
  parts: AccountParts,
  { tenant: _tenant, password, role = "patient", ...rest }: RegisterRequest,
  submitter: Submitter,
  stream?: StreamId,
): Promise<string> {
  if (isWeakPassword(password, rest.login)) throw refused("password_weak", "password");
  const passwordHash = await parts.passwords.hash(password);
  return parts.operations.submit({
    submitter,
    type: "account.register",
    input: { role, ...rest },
    secrets: { passwordHash },
    ...(stream === undefined ? {} : { stream }),
  });
}

import { platformPage } from "../adapters/platform-page.ts";
import type { Page } from "./page.ts";
import { TOLD } from "./watch-push.ts";

/** Whose push messages end. */
export interface DropPushOptions {
  /** the account that leaves this browser */
  readonly account: string;
  readonly page?: Page | undefined;
}

/**
 * Ends push messages to this browser for somebody who leaves it. Where a sign-out reaches the server, that ends them as well; where there is no network, what is still sent to
 * her reaches nobody's screen. Another account's messages go on.
 * @example
 * await hb.signOut();
 * await dropPush({ account: account.id });
 */
export async function dropPush({ account, page = platformPage() }: DropPushOptions): Promise<void> {
  const { serviceWorker, keepsake } = page;
  const hers = keepsake
    .names()
    .filter((name) => name.startsWith(TOLD) && keepsake.get(name)?.startsWith(`${account} `) === true);
  if (serviceWorker === undefined || hers.length === 0) return; // else there may be no worker to wait for
  const { pushManager, scope } = await serviceWorker.ready;
  if (!hers.includes(TOLD + scope)) return;
  keepsake.delete(TOLD + scope);
  const ticket = await pushManager?.getSubscription();
  await ticket?.unsubscribe();
}

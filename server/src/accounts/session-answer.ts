import type { Account, Session } from "@healthbridge/schema";
import type { AccountParts } from "./parts.ts";
import type { SessionRow } from "./session-store.ts";

/** What signing in and refreshing answer. */
export function sessionAnswer(
  { accessTokens, clock, settings }: Pick<AccountParts, "accessTokens" | "clock" | "settings">,
  row: SessionRow,
  account: Account,
  refreshToken: string,
): Session {
  const left = Math.min(row.expiresAt - clock.now(), settings.idleMs);
  return {
    accessToken: accessTokens.issue({ account: account.id, device: row.deviceId }),
    expiresIn: accessTokens.lifetime,
    refreshToken,
    refreshExpiresIn: Math.max(0, Math.floor(left / 1000)),
    account,
    device: row.deviceId,
  };
}

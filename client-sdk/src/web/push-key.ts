import { Failed } from "../errors.ts";
import { openHttp, valueOf } from "../carriers/http.ts";
import { type OpenDevice, runtimeOf } from "../carriers/signed-call.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Keepsake } from "./page.ts";

const PREFIX = "healthbridge:push-key:";
/** An operator who begins to send push messages, or changes her keys, is noticed the next day. */
const KEPT_MS = 86_400_000;

/**
 * The key by which push services know the server; `undefined` where it sends no push messages. Asked for once a day at most.
 * @throws HealthBridgeError `offline`, `unavailable`
 */
export async function pushKey(
  { url, runtime }: Pick<OpenDevice, "url" | "runtime">,
  keepsake: Keepsake,
): Promise<string | undefined> {
  const real = runtimeOf({ runtime });
  const [at = "", kept = ""] = (keepsake.get(PREFIX + url) ?? "").split(" ");
  const age = real.now() - Number(at);
  if (at !== "" && age >= 0 && age < KEPT_MS) return kept === "" ? undefined : kept;
  const http = openHttp(real, url, { bytesSent: 0, bytesReceived: 0 });
  const answer = await http({ method: "GET", path: "push-key" })
    .then(valueOf)
    .catch((error: unknown) => {
      if (error instanceof Failed && error.code === "not_found") return undefined;
      throw error;
    });
  const key = isRecord(answer) ? answer["publicKey"] : undefined;
  const found = typeof key === "string" ? key : undefined;
  keepsake.set(PREFIX + url, `${String(real.now())} ${found ?? ""}`);
  return found;
}

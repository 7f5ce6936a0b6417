import { encodeBase64Url } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";

const KEY_BYTES = 18;

/** A key for one request over REST. */
export function keyFor(runtime: Pick<Runtime, "randomBytes">): string {
  return encodeBase64Url(runtime.randomBytes(KEY_BYTES));
}

import { HealthBridgeError } from "@healthbridge/client-sdk";
import { t } from "../words.ts";

/** What a call of the SDK rejected with; anything else is a fault of this app. */
export function codeOf(error: unknown): string {
  return error instanceof HealthBridgeError ? error.code : "internal";
}

/** Why something could not be kept on this device, and what to do. */
export function troubleInWords(code: string): string {
  if (code === "store_full") return t("storeFull");
  if (code === "malformed" || code === "unknown_field") return t("malformed");
  return t("notKept", { code });
}

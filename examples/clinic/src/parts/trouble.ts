import { HealthBridgeError } from "@healthbridge/client-sdk";
import { type Key, t } from "../words.ts";

/** What a call of the SDK rejected with; anything else is a fault of this app. */
export function codeOf(error: unknown): string {
  return error instanceof HealthBridgeError ? error.code : "internal";
}

/** What somebody at a desk can do something about. */
const PLAIN: Readonly<Record<string, Key>> = {
  store_full: "storeFull",
  store_locked: "storeLocked",
  store_blocked: "storeBlocked",
  malformed: "malformed",
  unknown_field: "malformed",
  not_signed_in: "signInFirst",
};

/** Why something could not be kept on this device, and what to do. Of what nobody at a desk can do anything about she is told the code, for whoever helps her. */
export function troubleInWords(code: string): string {
  const plain = PLAIN[code];
  return plain === undefined ? t("notKept", { code }) : t(plain);
}

const PLAIN_OF_FILES: Readonly<Record<string, Key>> = {
  ...PLAIN,
  passphrase_wrong: "passphraseWrong",
  file_foreign: "fileForeign",
  file_damaged: "fileDamaged",
  file_newer: "fileNewer",
  vault_unavailable: "needsHttps",
};

/** Why a sealed file could not be made or taken in; nothing is changed then. */
export function fileTroubleInWords(code: string): string {
  const plain = PLAIN_OF_FILES[code];
  return plain === undefined ? t("transferFailed", { code }) : t(plain);
}

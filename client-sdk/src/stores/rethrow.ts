import { HealthBridgeError } from "../errors.ts";
import { StoreError } from "./store-error.ts";

/** Throws on what was thrown while a store was used: what the store itself says as the error of the SDK, all else as it is. */
export function rethrow(error: unknown): never {
  throw error instanceof StoreError
    ? new HealthBridgeError(error.code, { detail: error.message, cause: error })
    : error;
}

/** What an app imports that shows no forecasts: the SDK, its store and its errors. */
export { HealthBridge, HealthBridgeError, indexedDbStore, StoreError } from "@healthbridge/client-sdk/core";

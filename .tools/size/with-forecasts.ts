/** What most apps import: the SDK with forecasts, its store and its errors. */
export { HealthBridge, HealthBridgeError, indexedDbStore, StoreError } from "@healthbridge/client-sdk";

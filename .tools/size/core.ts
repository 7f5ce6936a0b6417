/** What an app on a phone imports: the SDK, its store and its errors. */
export { HealthBridge, HealthBridgeError, indexedDbStore, StoreError } from "@healthbridge/client-sdk";

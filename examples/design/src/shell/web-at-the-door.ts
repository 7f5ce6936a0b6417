/** What of the SDK's entry for browsers is needed before anybody is in: fetched with the first screen, so it is no more than that. */
export { forgetStore, lostStores, registerServiceWorker } from "@healthbridge/client-sdk/web";

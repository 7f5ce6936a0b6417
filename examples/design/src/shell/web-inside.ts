/** What of the SDK's entry for browsers is needed once somebody is in. */
export {
  dropPush,
  forgetStore,
  reportEviction,
  tellingStore,
  wakeOnSync,
  watchStorage,
} from "@healthbridge/client-sdk/web";

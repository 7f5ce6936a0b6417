/** What an app in a browser adds: updates, storage, data, push; beside the SDK, with which it shares a part. */
export {
  dataBudget,
  forgetStore,
  lostStores,
  registerServiceWorker,
  reportEviction,
  tellingStore,
  wakeOnSync,
  watchPush,
  watchStorage,
} from "@healthbridge/client-sdk/web";

/** What an app imports that shows what a device holds. React itself (or Preact), which the app has anyway, is not counted; nor is what other hooks need. */
export {
  HealthBridgeProvider,
  useAccount,
  useAppointments,
  useEntity,
  useHealthBridge,
  useList,
  useObservable,
  useOutcomes,
  useStatus,
  useWaiting,
} from "@healthbridge/client-sdk/react";

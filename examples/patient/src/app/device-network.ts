/** What stands between a device and its network: fetched when somebody comes in. */
export { dataBudget } from "@healthbridge/client-sdk/web";
export { lateRuntime } from "./late-runtime.ts";

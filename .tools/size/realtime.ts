/** What an app imports for a socket, beside the SDK. */
export { openLine } from "@healthbridge/client-sdk/realtime";

/** What an app imports for calls, beside the line it has. */
export { openCalls } from "@healthbridge/client-sdk/calls";

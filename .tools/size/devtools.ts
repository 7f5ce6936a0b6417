/** What an app fetches that can open an inspector, until it does. */
export { inspectable, openInspector } from "@healthbridge/client-sdk/devtools";

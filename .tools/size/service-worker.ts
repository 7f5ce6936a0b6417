/** What an app's service worker is made of, all of it. */
export { serveApp } from "@healthbridge/client-sdk/service-worker";

/** What an app adds that carries a queue to another device in a file; beside the SDK, with which it shares a good part. */
export { exportQueue, importQueue } from "@healthbridge/client-sdk/transfer";

/** What an app adds that attaches photos and voice notes; beside the SDK, with which it shares a good part. */
export { openAttachments } from "@healthbridge/client-sdk/attachments";

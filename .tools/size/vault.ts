/** What an app adds that keeps everything on the device sealed; beside the SDK, with which it shares a good part. */
export { countUnsent, listVaults, openVault, syncWhileOpen } from "@healthbridge/client-sdk/vault";

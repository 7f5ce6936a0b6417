/** The door to the fault proxies: before the HTTP server, and before the database. */
export type { HttpFault, HttpRequest } from "./http-faults.ts";
export { type HttpFaultProxy, startHttpFaultProxy } from "./http-fault-proxy.ts";
export {
  type DatabaseFault,
  type DatabaseFaultProxy,
  startDatabaseFaultProxy,
  type Statement,
} from "./database-fault-proxy.ts";

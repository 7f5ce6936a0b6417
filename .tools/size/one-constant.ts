/** What remains of the schema for somebody who needs one number. */
export { PROTOCOL_VERSION } from "@healthbridge/schema";

/**
 * The version of what devices and servers say to each other. Any change of a wire schema changes the hash in `test/protocol/version.test.ts`, and whoever
 * changes it decides there whether it needs a new number.
 *
 * History:
 * - 1: first version
 */
export const PROTOCOL_VERSION = 1;

/** The oldest version a server still speaks. It may only ever stay or, with notice, rise. */
export const PROTOCOL_FLOOR = 1;

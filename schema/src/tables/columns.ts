import { customType } from "drizzle-orm/mysql-core";

/** Column types that MariaDB and MySQL both read the same way. */

const ascii = (size: number) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => `varchar(${size}) CHARACTER SET ascii COLLATE ascii_bin`,
  });

/** `<stream>.<number>`: at most 27 characters. */
export const entityId = ascii(27);
/** Four such ids with commas between: at most 111 characters. */
export const entityIds = ascii(111);
/** `<doctor>/<date>`. */
export const sheetIdColumn = ascii(38);
/** `<conversation>.<kind>`: at most 34 characters. */
export const documentId = ascii(34);
/** 16 characters. */
export const streamId = ascii(16);
/** A short word of ours: kinds, states, types. */
export const word = ascii(64);
/** A secret's digest or a random text in base64url or PHC form. */
export const secretText = ascii(255);
/** A time as ms since 1970 (UTC), or a number that can outgrow 32 bits. Always below 2^53. */
export const big = customType<{ data: number; driverData: number }>({ dataType: () => "bigint" });
/** JSON as text: MariaDB and MySQL disagree about the JSON type, not about text. */
export const jsonText = customType<{ data: string; driverData: string }>({
  dataType: () => "mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
});
/** Much text of ours. */
export const longAscii = customType<{ data: string; driverData: string }>({
  dataType: () => "mediumtext CHARACTER SET ascii COLLATE ascii_bin",
});
/** Text people typed. */
export const words = (size: number) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => `varchar(${size}) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  });
/** Bytes that are not ours to read. */
export const mediumBytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "mediumblob",
});

import type { RowFault } from "../logic/import-rows.ts";
import { t } from "../words.ts";
import { FIELD_WORDS } from "./draft-words.ts";

const PLAIN = {
  quote: "rowQuote",
  slipped: "rowSlipped",
  name: "nameMissing",
  noDoctor: "rowNoDoctor",
  timeMissing: "rowTimeMissing",
  noDate: "rowNoDate",
  noTime: "rowNoTime",
  noTimeZone: "rowNoSuchTime",
  past: "rowPast",
} as const;

/** What is wrong with a row, and what to write instead. */
export function rowFaultInWords(fault: RowFault): string {
  if (fault.code === "doctorUnknown") return t("rowDoctorUnknown", { text: fault.text });
  if (fault.code === "doctorUnclear") return t("rowDoctorUnclear", { text: fault.text });
  if (fault.code === "field") return t("rowField", { text: fault.text, field: t(FIELD_WORDS[fault.field]) });
  return t(PLAIN[fault.code]);
}

/** What an app adds that tells patients in words what became of a booking. */
export { describeOutcome, describeReason, wordsLanguage } from "@healthbridge/client-sdk/words";

/** What an app adds that tells patients in words what became of a booking. */
export { describeOutcome, wordsLanguage } from "@healthbridge/client-sdk/words";

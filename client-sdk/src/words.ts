/**
 * What became of an operation, in words for a patient: short enough for a text message, in English, Swahili and Hindi. An addition to the SDK, which an app fetches only where it
 * imports it.
 *
 * @packageDocumentation
 */
export {
  describeOutcome,
  describeReason,
  isSpoken,
  MESSAGE_CHARACTERS,
  type OutcomeToTell,
  type SpokenType,
  wordsLanguage,
  type WordsLanguage,
} from "@healthbridge/schema/client";

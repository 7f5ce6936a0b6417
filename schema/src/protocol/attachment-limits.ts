/** Limits of photos and voice notes. Apart from the others, so that the SDK's addition carries only these. */
export const ATTACHMENT_LIMITS = {
  /** bytes of a photo */
  photoBytes: 5_000_000,
  /** bytes of a voice note: four minutes at 64 kbit/s */
  voiceBytes: 2_000_000,
  /** bytes of the small picture that is sent first */
  thumbnailBytes: 16_384,
  /** attachments one message can name */
  perMessage: 4,
  /** bytes of all attachments of one conversation */
  conversationBytes: 100_000_000,
  /** attachments of one conversation */
  conversationFiles: 400,
  /** bytes one account can begin to send in a day (UTC) */
  accountDayBytes: 200_000_000,
  /** attachments one account can begin to send in a day (UTC): a clinic's account sends for all its patients */
  accountDayFiles: 1_000,
  /** days for which an upload that stands still is kept, and an attachment that no message names */
  keptDays: 7,
} as const;

/** Limits of the documents of a consultation that a device keeps too. Apart from the others, so that a phone carries them only where it opens documents. */
export const DOCUMENT_LIMITS = {
  /** bytes of one update */
  documentUpdateBytes: 65_536,
  /** bytes of everything that one side has and the other lacks, sent at once by a device (sync step 2) */
  documentStepBytes: 524_288,
  /** bytes of the same in the body of an HTTP request: base64 in JSON has to fit into it */
  documentPostBytes: 170_000,
  /** bytes of one presence: what is shown of somebody while she has the document open */
  documentPresenceBytes: 1_024,
} as const;

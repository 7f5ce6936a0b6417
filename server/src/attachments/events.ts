/** What happens to attachments, for whoever counts. */
export interface AttachmentEvents {
  onAttachment(event: {
    readonly kind: string;
    readonly what: "begun" | "ready" | "refused" | "cleared";
  }): void;
  /** bytes of uploads that were kept, and of files that were sent */
  onBytes(direction: "in" | "out", count: number): void;
}

/** For when nobody counts. */
export const NO_EVENTS: AttachmentEvents = { onAttachment: () => undefined, onBytes: () => undefined };

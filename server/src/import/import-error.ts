/** An import that cannot go on, with the reason in words for whoever started it. What was entered until then stays. */
export class ImportError extends Error {
  override readonly name = "ImportError";

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
  }
}

/** The code of an error of the SDK. By its shape, so that a screen that says what went wrong does not fetch the whole of it. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

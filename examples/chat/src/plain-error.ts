/** Ends the program with a line in plain words and no stack. */
export class PlainError extends Error {
  override readonly name = "PlainError";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

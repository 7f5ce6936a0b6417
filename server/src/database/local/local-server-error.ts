export type LocalServerErrorCode =
  /** No server program on this machine, and none could be installed. */
  | "not_installed"
  /** Another process runs a server on this data folder. */
  | "in_use"
  | "restore_unfinished"
  /** The data folder is not to be made, or not to be written. */
  | "unusable_folder"
  /** The folder for the socket is not ours alone. */
  | "unsafe_folder"
  | "initialise_failed"
  | "start_failed";

/** Why the private database server cannot run; the message is meant for whoever typed the command. */
export class LocalServerError extends Error {
  readonly code: LocalServerErrorCode;

  constructor(code: LocalServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LocalServerError";
    this.code = code;
  }
}

/** The command line makes no sense as it stands. The message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    /** Arguments that show the help that fits, such as "train --help". */
    readonly help: string,
  ) {
    super(message);
  }
}

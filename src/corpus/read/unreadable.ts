/** A document can't be read as text. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  /** @param reason It is no text; or not in the encoding that was tried; or the file has gone or may not be read. */
  constructor(
    readonly reason: 'binary' | 'malformed' | 'unreadable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

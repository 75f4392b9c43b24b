/** The background process can't be reached. The message is one sentence. */
export class BackgroundError extends Error {
  override readonly name = 'BackgroundError';
  constructor(
    /** It didn't start, is of another version, ended while it was asked something, or ended too often to start again. */
    readonly fault: 'start' | 'version' | 'ended' | 'given up',
    message: string,
  ) {
    super(message);
  }
}

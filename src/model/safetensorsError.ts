/** The ways in which a file can fail to be a safetensors file that Textloom reads. */
export type SafetensorsFault =
  | 'truncated'
  | 'header too large'
  | 'header not readable'
  | 'type'
  | 'offsets'
  | 'size'
  | 'trailing bytes'
  | 'not finite'
  | 'checksum';

/** A file isn't what it should be; nothing of it was used. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  constructor(
    readonly fault: SafetensorsFault,
    message: string,
  ) {
    super(message);
  }
}

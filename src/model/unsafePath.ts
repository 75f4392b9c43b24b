/**
 * A link lies on the way, or something that is no regular file at its end, or something else was put in the place of what was
 * looked at. The message is one sentence.
 */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
}

/**
 * Why a model folder can't be used: it isn't there, was written by a newer Textloom, holds what can't be right, or has no
 * weights yet because its training hasn't come that far.
 */
export type ModelFault = 'missing' | 'newer' | 'damaged' | 'no weights';

/** A model can't be read. The message is one sentence, and says what to do where something can be done. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  constructor(
    readonly fault: ModelFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

import { CorpusError } from '../corpus/corpus';
import { EngineUnavailableError } from '../engine/engine';
import { NothingAllowedError } from '../generation/wholeCharacters';
import { StorageError } from '../model/disk';
import { ModelError } from '../model/modelError';
import { NameError } from '../model/modelName';
import { TooLargeError } from '../training/prepare/memory';
import { UsageError } from './usageError';

/** How a command ends that has failed: one sentence for standard error, and the exit code. Plain data: threads send it. */
export interface CommandFailure {
  readonly sentence: string;
  readonly code: 1 | 2;
}

/** A failure that another thread has told. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
  constructor(readonly failure: CommandFailure) {
    super(failure.sentence);
  }
}

/** What an error comes to. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof ThreadError) return error.failure;
  if (error instanceof UsageError) return { sentence: `${error.message} See "textloom ${error.help}".`, code: 2 };
  return { sentence: sentenceOf(error), code: isRefusal(error) ? 2 : 1 };
}

/** What was named isn't there, or what was asked for can't be: as wrong as a flag that there isn't, and mended in the same place. */
function isRefusal(error: unknown): boolean {
  if (error instanceof CorpusError) return error.reason === 'missing';
  if (error instanceof ModelError) return error.fault === 'missing';
  return [NothingAllowedError, TooLargeError, NameError].some((kind) => error instanceof kind);
}

function sentenceOf(error: unknown): string {
  if (error instanceof EngineUnavailableError) return `${error.message} ${error.remedy}`;
  const expected = [CorpusError, ModelError, StorageError].some((kind) => error instanceof kind);
  if (expected || !(error instanceof Error)) return error instanceof Error ? error.message : String(error);
  // A fault of Textloom's own: the place helps whoever mends it.
  return process.env['TEXTLOOM_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}

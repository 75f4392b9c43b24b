import { ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import { CorpusError } from '../corpus/corpus';
import { EngineUnavailableError } from '../engine/engine';
import { LostTextError } from '../generation/toldTexts';
import { StorageError } from '../model/disk';
import { ModelError } from '../model/modelError';
import { UnsafePathError } from '../model/unsafePath';
import { errorCodes } from '../protocol/background';
import { TooLargeError } from '../training/prepare/memory';
import { RunLockedError } from '../training/record/runLock';
import type { ThreadFailure } from './threadMessages';

/** An error as it leaves the process: a code that the editor knows, one sentence, and the stack for the log. */
export function failureOf(error: unknown): ThreadFailure {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  if (error instanceof EngineUnavailableError) {
    return { code: errorCodes.engine, message: `${message} ${error.remedy}`, stack };
  }
  return { code: codeOf(error), message, stack };
}

/** A failure as the answer to a request. */
export function responseOf({ code, message, stack }: ThreadFailure): ResponseError<string> {
  return new ResponseError(code, message, stack);
}

function codeOf(error: unknown): number {
  if (error instanceof ResponseError) return error.code;
  if (error instanceof CorpusError) return errorCodes.corpus;
  if (error instanceof ModelError) return errorCodes.model;
  if (error instanceof StorageError || error instanceof UnsafePathError) return errorCodes.storage;
  if (error instanceof LostTextError) return errorCodes.lostText;
  if (error instanceof TooLargeError) return errorCodes.engine;
  if (error instanceof RunLockedError) return errorCodes.locked;
  if (error instanceof Error && error.name === 'AbortError') return errorCodes.cancelled;
  return ErrorCodes.InternalError;
}

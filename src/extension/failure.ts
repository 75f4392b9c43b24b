import { errorCode } from '../base/errorCode';
import { visible } from '../base/visible';
import { ResponseError } from 'vscode-jsonrpc';
import { StorageError } from '../model/disk';
import { ModelError } from '../model/modelError';
import { NameError } from '../model/modelName';
import { UnsafePathError } from '../model/unsafePath';
import { errorCodes } from '../protocol/background';
import { BackgroundError } from './background/backgroundError';

/** A button beside a message, and the command that it runs. */
export interface Action {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Actions that more than one message offers. */
export const actions = {
  train: { title: 'Train Model…', command: 'textloom.train' },
  continue: { title: 'Continue Training…', command: 'textloom.continue' },
  selectModel: { title: 'Select Model', command: 'textloom.selectModel' },
  installTensorFlow: { title: 'Install TensorFlow Engine', command: 'textloom.installTensorFlow' },
  showPanel: { title: 'Show Panel', command: 'textloom.showPanel' },
  showLog: { title: 'Show Log', command: 'textloom.showLog' },
  tryModel: { title: 'Try It', command: 'textloom.tryModel' },
} as const satisfies Readonly<Record<string, Action>>;

/** What the user asked for can't be done, and why: one sentence, and what would help. No fault of the program. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly actions: readonly Action[];
  constructor(message: string, ...helpful: readonly Action[]) {
    super(message);
    this.actions = helpful;
  }
}

/** The user gave up what was being done: nothing is to be said. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** An error, as it is told. */
export type Failure =
  /** Nothing is to be said: it was given up on purpose, or has been told already. */
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'told';
      /** One sentence for the user. */
      readonly sentence: string;
      readonly actions: readonly Action[];
      /** For the log. */
      readonly details: string;
    };

const actionsByCode: ReadonlyMap<number, readonly Action[]> = new Map([
  [errorCodes.busy, [actions.showPanel]],
  [errorCodes.corpus, [actions.train]],
  [errorCodes.model, [actions.selectModel]],
  [errorCodes.engine, [actions.installTensorFlow]],
  [errorCodes.storage, []],
  [errorCodes.noTraining, [actions.train]],
  [errorCodes.locked, []],
]);

/** Turns whatever was thrown into what is told of it, with nothing in it that can't be seen. */
export function describeFailure(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure.kind === 'silent') return failure;
  return {
    ...failure,
    sentence: visible(failure.sentence),
    details: `[${errorCode(error)}] ${failure.details}`,
  };
}

function failureOf(error: unknown): Failure {
  if (error instanceof CancelledError || isCancelledRequest(error) || isLoss(error)) return { kind: 'silent' };
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof UserError) {
    return { kind: 'told', sentence: error.message, actions: error.actions, details };
  }
  if (error instanceof ModelError) {
    return { kind: 'told', sentence: error.message, actions: [actions.selectModel], details };
  }
  if ([NameError, StorageError, UnsafePathError].some((kind) => error instanceof kind) && error instanceof Error) {
    return { kind: 'told', sentence: error.message, actions: [], details };
  }
  if (error instanceof BackgroundError) return { kind: 'told', sentence: error.message, actions: [], details };
  const known = error instanceof ResponseError ? actionsByCode.get(error.code) : undefined;
  if (error instanceof Error && known !== undefined) {
    return { kind: 'told', sentence: error.message, actions: known, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'told', sentence: `Textloom ran into a problem: ${message}`, actions: [], details };
}

/** A call that was lost with its process: whose end is told once, however many calls it took along. */
function isLoss(error: unknown): boolean {
  return error instanceof BackgroundError && error.fault === 'ended';
}

function isCancelledRequest(error: unknown): boolean {
  return error instanceof ResponseError && error.code === errorCodes.cancelled;
}

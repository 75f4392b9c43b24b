import type { CancellationToken } from 'vscode';
import { generateOptions } from './arguments';
import type { GenerateAtCursor, WrittenAtCursor } from './generation/generateAtCursor';
import type { GenerateOptions } from './generation/writingOptions';
import type { Session, SessionState } from './session';
import type { TrainingCommands } from './training/trainingCommands';
import type { TrainOptions } from './training/trainOptions';

/** What a caller of {@link ExtensionApi.score} may ask for. */
export interface ScoreOptions {
  /** Model folder, absolute path; left out: the model that writes. */
  readonly model?: string;
  /** Gives it up: the promise rejects then. */
  readonly token?: CancellationToken;
}

/** How surprising a model finds a text. */
export interface TextScore {
  /** Mean, with what it takes to spell what the model's vocabulary lacks; NaN for an empty text. */
  readonly bitsPerCharacter: number;
  /** Bits of each character (code point; a CR LF is one), in order, without such spelling. */
  readonly bits: Float32Array;
}

/** What `activate` returns: for other extensions, by `vscode.extensions.getExtension('textloom.textloom').activate()`. */
export interface ExtensionApi {
  /** Raised when something here changes for those who use it. */
  readonly version: 1;
  /** Trains a new model; resolves with its folder once the run has begun. Rejects with one sentence for the user. */
  train(options: TrainOptions): Promise<string>;
  /** Writes on from the cursors of the active editor. Rejects with one sentence for the user. */
  generate(options?: GenerateOptions): Promise<WrittenAtCursor>;
  /** How well a model predicts a text, read as one document. Rejects with one sentence for the user. */
  score(text: string, options?: ScoreOptions): Promise<TextScore>;
  /** What goes on now. */
  readonly state: SessionState;
  /** Calls back after each change of {@link state}. */
  onDidChange(listener: (state: SessionState) => void): { dispose(): void };
  /** Resolves once what the window was left with is known: the active model, the last run. */
  readonly ready: Promise<void>;
  /** Processor time that activation took, milliseconds. */
  readonly activationMilliseconds: number;
}

/** Puts the interface together from the parts that do the work. */
export function extensionApi(parts: {
  readonly session: Session;
  readonly training: TrainingCommands;
  readonly writing: GenerateAtCursor;
  readonly score: ExtensionApi['score'];
  readonly ready: Promise<void>;
  readonly activationMilliseconds: number;
}): ExtensionApi {
  const { session, training, writing, score, ready, activationMilliseconds } = parts;
  return {
    version: 1,
    train: (options) => training.train(options),
    generate: async (options) => writing.generate(generateOptions(options)),
    score,
    get state() {
      return session.state;
    },
    onDidChange: (listener) => session.onDidChange(listener),
    ready,
    activationMilliseconds,
  };
}

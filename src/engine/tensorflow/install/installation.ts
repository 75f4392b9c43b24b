import type { Machine } from './machine';

/** What the installer asks and tells, wherever it runs. */
interface InstallUi {
  /** Asked once, before anything is fetched. */
  confirm(size: InstallSize): Promise<boolean>;
  /** What goes on, in a few words, and how much of it is done (0 to 1) where that is known. */
  progress(doing: string, fraction?: number): void;
}

/** About how much the longest way takes. */
export interface InstallSize {
  readonly downloadMegabytes: number;
  readonly diskMegabytes: number;
}

/** Where and how to install. */
export interface InstallOptions {
  /** A folder of the installer's own. It is made whole or not at all, and left alone when it is complete. */
  readonly folder: string;
  readonly ui: InstallUi;
  readonly signal: AbortSignal;
  /** `npm`, `node` and `python3` are looked for in its PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder with `include/node`; without one, node-gyp fetches the headers of the Node that it runs on. */
  readonly nodeHeaders?: string | undefined;
}

/** What became of an installation. */
export type InstallOutcome =
  | { readonly kind: 'ready'; readonly packageFolder: string; readonly way: 'found' | 'official' | 'wheel' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'cancelled' }
  /** Nothing was left behind. Both are whole sentences for the user; `details` are for the log. */
  | {
      readonly kind: 'unavailable';
      readonly reason: string;
      readonly remedy: string;
      readonly details: string;
      readonly obstacle: InstallObstacle;
    };

/** What stands in the way, for whoever decides when to try again: this machine, tools that it lacks, or this attempt. */
export type InstallObstacle =
  | { readonly kind: 'machine' }
  | { readonly kind: 'tools'; readonly missing: readonly string[] }
  | { readonly kind: 'attempt' };

/** One way to bring the native library and its binding into the package. */
export interface InstallStep {
  readonly options: InstallOptions;
  readonly machine: Machine;
  /** Of the package, whose JavaScript is there. */
  readonly packageFolder: string;
  /** Kept when an installation fails, so that what was fetched whole is not fetched again. */
  readonly downloads: string;
}

/** Why a way can't be gone on this machine, and what would help: whole sentences. */
export class InstallError extends Error {
  override readonly name = 'InstallError';

  constructor(
    readonly reason: string,
    readonly remedy: string,
    readonly obstacle: InstallObstacle,
  ) {
    super(reason);
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A user who has never started the editor before: a folder for settings, state and logs. */
export interface UserFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a fresh user, who is gone at the latest when this process ends. */
export function freshUser(): UserFolder {
  const path = mkdtempSync(join(tmpdir(), 'textloom-editor-'));
  const remove = (): void => {
    process.off('exit', remove);
    // The processes that have just been ended may still be letting go of their files.
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.on('exit', remove);
  return { path, remove };
}

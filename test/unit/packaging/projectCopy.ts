import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of the project to build in, which borrows its packages and what set-up has fetched. */
export interface ProjectCopy {
  readonly folder: string;
  /** Gives back what is borrowed: what walks through the folder then finds the project's own files alone. */
  giveBack(): void;
  remove(): void;
}

const left = ['node_modules', '.cache', '.git', 'test-output', 'dist'];

/** Copies what the project is built from. */
export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-copy-'));
  for (const name of readdirSync('.')) {
    if (!left.includes(name)) cpSync(name, join(folder, name), { recursive: true });
  }
  const links = ['node_modules', '.cache'].map((name) => [realpathSync(name), join(folder, name)] as const);
  for (const [target, link] of links) symlinkSync(target, link, 'junction');
  const giveBack = (): void => links.splice(0).forEach(([, link]) => unlinkSync(link));
  return {
    folder,
    giveBack,
    remove: () => {
      giveBack();
      rmSync(folder, { recursive: true, maxRetries: 5 });
    },
  };
}

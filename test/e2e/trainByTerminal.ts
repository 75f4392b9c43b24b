import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Trains a small model on a folder by the command line: for tests of what comes after a training. */
export function trainByTerminal(folder: string, name: string, size: { hidden: number; steps: number }): void {
  const shape = ['--hidden', size.hidden, '--embedding', 32, '--batch', 16, '--sequence', 32, '--rate', 0.01];
  const flags = ['--name', name, '--steps', size.steps, '--tokenizer', 'char', '--engine', 'wasm', ...shape];
  execFileSync(process.execPath, [join('dist', 'cli.js'), 'train', folder, ...flags.map(String)]);
}

import { tmpdir } from 'node:os';
import type { Machine } from './machine';
import { ProgramError, type ProgramOptions } from './program';

/** A program that building the binding takes. */
export interface Tool {
  /** As in a sentence. */
  readonly name: string;
  /** Its package on Debian and Ubuntu. */
  readonly debian: string;
}

/** Which of the tools that building the binding takes are not there. @throws the signal's reason once it is aborted */
export async function missingTools(
  { env, signal }: Pick<ProgramOptions, 'env' | 'signal'>,
  machine: Pick<Machine, 'run'>,
): Promise<readonly Tool[]> {
  const tools = [
    { name: 'Python 3', command: 'python3', args: ['--version'], debian: 'python3' },
    { name: 'pip', command: 'python3', args: ['-m', 'pip', '--version'], debian: 'python3-pip' },
    { name: 'a C++ compiler', command: env['CXX'] ?? 'g++', args: ['--version'], debian: 'g++' },
    { name: 'make', command: 'make', args: ['--version'], debian: 'make' },
  ];
  const missing: Tool[] = [];
  for (const { name, command, args, debian } of tools) {
    try {
      await machine.run(command, args, { cwd: tmpdir(), env, signal, timeoutSeconds: 60 });
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      missing.push({ name, debian });
    }
  }
  return missing;
}

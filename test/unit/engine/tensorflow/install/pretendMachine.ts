import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../../../../src/engine/tensorflow/install/machine';
import { ProgramError } from '../../../../../src/engine/tensorflow/install/program';

/** What a program of the {@link pretendMachine} leaves on the disk; a thrown error is its failure. */
export type Effect = (args: readonly string[], cwd: string, signal: AbortSignal) => void | Promise<void>;

/** A machine whose programs do what an installation sees of the real ones, in an instant. */
export interface PretendMachine extends Machine {
  /** The calls so far, each as one string. */
  readonly calls: string[];
}

/** A Linux with all tools and no way to the storage host, unless it is told otherwise. */
export function pretendMachine(
  changes: { readonly programs?: Record<string, Effect> } & Partial<Omit<Machine, 'run'>> = {},
): PretendMachine {
  const programs = { ...usualPrograms, ...changes.programs };
  const calls: string[] = [];
  return {
    platform: 'linux',
    arch: 'x64',
    glibc: '2.36',
    isReachable: () => Promise.resolve(false),
    ...changes,
    calls,
    async run(command, args, { cwd, signal }) {
      signal.throwIfAborted();
      const call = [command, ...args].join(' ');
      calls.push(call);
      const name = Object.keys(programs)
        .filter((start) => call.startsWith(start))
        .sort((a, b) => b.length - a.length)[0];
      if (name === undefined) throw new ProgramError(`${command} can't be run`);
      await programs[name]?.(args, cwd, signal);
      signal.throwIfAborted();
      return '';
    },
  };
}

/** Fails as a program does. */
export const fails: Effect = () => {
  throw new ProgramError('ended with 1.');
};

/** What the official script brings. */
export const prebuilt: Effect = (_, cwd) => {
  writeFileSync(join(cwd, 'package.json'), '{ "changed": true }');
  write(join(cwd, 'deps', 'lib', 'libtensorflow.so.2'));
  write(join(cwd, 'lib', 'napi-v8', 'tfjs_binding.node'));
};

const wheelName = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

const usualPrograms: Record<string, Effect> = {
  'npm install': (args) => {
    const prefix = args[args.indexOf('--prefix') + 1] ?? '';
    write(join(prefix, 'node_modules', '@tensorflow', 'tfjs-node', 'package.json'), '{}');
  },
  'npm run install': fails,
  'npm run build-addon-from-source': (_, cwd) => {
    for (const name of ['libtensorflow.so', 'libtensorflow_framework.so', 'libtensorflow_cc.so.2']) {
      if (!existsSync(join(cwd, 'deps', 'lib', name))) throw new ProgramError(`${name} is missing`);
    }
    if (!existsSync(join(cwd, 'deps', 'include', 'c_api.h'))) throw new ProgramError('c_api.h is missing');
    write(join(cwd, 'lib', 'napi-v8', 'tfjs_binding.node'));
  },
  'python3 --version': () => undefined,
  'python3 -m pip --version': () => undefined,
  'g++ --version': () => undefined,
  'make --version': () => undefined,
  'python3 -m pip download': (args) => write(join(args.at(-1) ?? '', wheelName)),
  'python3 -c': (args) => {
    const target = args[3] ?? '';
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/c_api.h']) {
      write(join(target, 'tensorflow', name));
    }
  },
  'node -e': () => undefined,
};

function write(file: string, text = ''): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

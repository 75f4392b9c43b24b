import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EngineUnavailableError } from '../engine';
import { Native, type NativeBinding } from './native';

/** Where TensorFlow is and how it may run. */
export interface TensorFlowOptions {
  /** The folder of a complete @tensorflow/tfjs-node, native library included. */
  readonly packageFolder: string;
  /** Threads to spread a step over; all cores when absent. Effective when the process loads TensorFlow first. */
  readonly threads?: number;
}

/**
 * Variables of the environment that TensorFlow reads when a process first loads it. In a worker thread they only have an
 * effect if it shares the environment of its process.
 */
function tensorFlowEnvironment(threads: number): Record<string, string> {
  return {
    TF_CPP_MIN_LOG_LEVEL: '3',
    // It announces this choice whatever its log level; oneDNN's matrix product is asked for by name (native.ts).
    TF_ENABLE_ONEDNN_OPTS: '0',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(threads),
  };
}

/**
 * Loads the native addon of a tfjs-node package, and TensorFlow with it. The package's JavaScript stays unread: it would
 * take as long again to load, and calls functions of node:util that Node 23 took away.
 * @throws EngineUnavailableError
 */
export async function loadNative(options: TensorFlowOptions): Promise<{ native: Native; threads: number }> {
  const { packageFolder, threads } = options;
  const used = threads ?? availableParallelism();
  for (const [name, value] of Object.entries(tensorFlowEnvironment(used))) process.env[name] ??= value;
  try {
    const load = createRequire(join(packageFolder, 'package.json'));
    return { native: new Native(load(await addonPath(packageFolder)) as NativeBinding), threads: used };
  } catch (error) {
    throw new EngineUnavailableError(
      'tensorflow',
      `TensorFlow could not be loaded from ${packageFolder}: ${firstLine(error)}`,
      'Install it again with "Textloom: Install TensorFlow Engine", or choose the "wasm" engine, which needs nothing installed.',
    );
  }
}

/** The addon stands in a folder named after the newest version of Node-API that it was built for. */
async function addonPath(packageFolder: string): Promise<string> {
  const library = join(packageFolder, 'lib');
  const version = (await readdir(library))
    .map((name) => Number(/^napi-v(\d+)$/.exec(name)?.[1] ?? 0))
    .reduce((newest, candidate) => Math.max(newest, candidate), 0);
  return join(library, `napi-v${version}`, 'tfjs_binding.node');
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}

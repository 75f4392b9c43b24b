import { join } from 'node:path';
import { chooseEngine } from '../engine/choose';
import { type Engine, type EngineName, EngineUnavailableError } from '../engine/engine';
import { locateTensorFlow } from '../engine/tensorflow/install/locate';
import { loadTensorFlowEngine } from '../engine/tensorflow/tensorflow';
import { loadWasmEngine } from '../engine/wasm/wasm';
import type { Surroundings } from '../training/prepare/prepare';

/** Compiled kernels and the threads' script stand beside the bundle. */
const kernelFolder = __dirname;

/** Where a native TensorFlow may be: where the user says, in the package's own dependencies, or where set-up puts it. */
export function tensorflowFolder(): string | undefined {
  const told = process.env['TEXTLOOM_TENSORFLOW'];
  const home = join(__dirname, '..');
  return locateTensorFlow([...(told === undefined ? [] : [told]), home, join(home, '.cache', 'tensorflow')]);
}

/** What chooses the engine that trains: the one asked for, else the faster one. */
export function engineChooser(preference: EngineName | 'auto' = 'auto', threads?: number): Surroundings['engineFor'] {
  const installed = tensorflowFolder();
  return (architecture, length, streams, seconds) =>
    chooseEngine({
      preference,
      architecture,
      length,
      streams,
      ...(seconds !== undefined && { seconds }),
      kernelFolder,
      ...(threads !== undefined && { threads }),
      ...(installed !== undefined && { tensorflowFolder: installed }),
    });
}

/** The engine that writes and scores: one token at a time gains nothing from threads. @throws EngineUnavailableError */
export async function readingEngine(): Promise<Engine> {
  try {
    return await loadWasmEngine({ kernelFolder, threads: 1 });
  } catch (error) {
    if (!(error instanceof EngineUnavailableError) || tensorflowFolder() === undefined) throw error;
    return loadTensorFlow({ threads: 1 });
  }
}

/** @throws EngineUnavailableError */
export async function loadTensorFlow(options: { readonly threads?: number }): Promise<Engine> {
  const packageFolder = tensorflowFolder();
  if (packageFolder === undefined) {
    throw new EngineUnavailableError('tensorflow', 'TensorFlow is not installed here.', 'Use --engine wasm.');
  }
  return loadTensorFlowEngine({ packageFolder, ...options });
}

/** @throws EngineUnavailableError */
export function loadWasm(): Promise<Engine> {
  return loadWasmEngine({ kernelFolder });
}

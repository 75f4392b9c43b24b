/**
 * engine/wasm/: Textloom's own engine. Kernels in AssemblyScript (kernels/) do the arithmetic on one memory; the files
 * here lay that memory out, say in which order the kernels run, spread each step over threads and turn parameters into
 * the kernels' order and back. No native file: it runs wherever Node does. The way of a step: trainer.ts asks the crew,
 * crew.ts wakes the threads, job.ts reads what is asked, step.ts does one thread's share of it.
 */
import { availableParallelism } from 'node:os';
import type { Architecture, Parameters } from '../../model/model';
import { type Engine, EngineUnavailableError, type Trainer, type TrainerOptions, type TrainerState } from '../engine';
import { Crew } from './crew';
import { bestInstructionSet, type InstructionSet, readKernels, withPrivateMemory } from './kernelFiles';
import { WasmPredictor } from './predictor';
import { WasmTrainer } from './trainer';
import { type WasmModule, webAssembly } from './webAssembly';

/** How to load the engine. */
export interface WasmEngineOptions {
  /** At most this many threads a step; by default as many as the machine runs at once. */
  readonly threads?: number;
  /** Where the compiled kernels and kernelThread.js are; by default beside the running script. */
  readonly kernelFolder?: string;
  /** Which build of the kernels; by default the best that this run time knows. */
  readonly instructionSet?: InstructionSet;
}

/** More threads than this gain nothing on the batches of a small model. */
const mostThreads = 16;

/**
 * Loads the kernels and starts the threads.
 * @throws EngineUnavailableError when the kernels are missing or can't be compiled here.
 */
export async function loadWasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  const folder = options.kernelFolder ?? __dirname;
  const instructionSet = options.instructionSet ?? bestInstructionSet();
  const threads = threadCount(options.threads);
  const bytes = await readKernels(folder, instructionSet);
  const privateModule = await compile(withPrivateMemory(bytes));
  const crew = threads > 1 ? await Crew.start(await compile(bytes), threads, folder) : Crew.alone(privateModule);
  return new WasmEngine(crew, privateModule, instructionSet);
}

function threadCount(wanted: number = availableParallelism()): number {
  const shares = typeof SharedArrayBuffer === 'function';
  return shares ? Math.max(1, Math.min(mostThreads, Math.floor(wanted))) : 1;
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule> {
  try {
    return await webAssembly.compile(bytes);
  } catch (cause) {
    const error = new EngineUnavailableError(
      'wasm',
      'This version of Node.js cannot run the built-in engine, which needs WebAssembly SIMD.',
      'Use Node.js 20 or newer.',
    );
    error.cause = cause;
    throw error;
  }
}

class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly threads: number;
  readonly details: string;

  constructor(
    private readonly crew: Crew,
    private readonly privateModule: WasmModule,
    instructionSet: InstructionSet,
  ) {
    this.threads = crew.size;
    const instructions = instructionSet === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
    this.details = `WebAssembly kernels, ${instructions}, ${crew.size} ${crew.size === 1 ? 'thread' : 'threads'}`;
  }

  createTrainer(architecture: Architecture, state: TrainerState, options: TrainerOptions): Trainer {
    return new WasmTrainer(this.crew, architecture, state, options);
  }

  createPredictor(architecture: Architecture, parameters: Parameters): WasmPredictor {
    return new WasmPredictor(this.privateModule, architecture, parameters);
  }

  dispose(): void {
    this.crew.dispose();
  }
}

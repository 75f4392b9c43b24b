/**
 * engine/wasm/: Textloom's own engine. Kernels in AssemblyScript (kernels/) do the arithmetic on one memory; the files
 * here lay that memory out, say in which order the kernels run, spread each step over threads and turn parameters into
 * the kernels' order and back. No native file: it runs wherever Node does. The way of a step: trainer.ts asks the pool,
 * threadPool.ts wakes the threads, commands.ts reads what is asked, trainingStep.ts does one thread's part of it.
 */
import { availableParallelism } from 'node:os';
import type { Architecture, Parameters } from '../../model/model';
import {
  type Engine,
  EngineUnavailableError,
  type Predictor,
  type Scorer,
  type ScorerShape,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
} from '../engine';
import { EvaluatingScorer } from '../scorer';
import { canPair, compileKernels, compilePaired, compileUnpaired, type KernelBuild } from './kernelBuild';
import { computeTheSame } from './kernelComparison';
import { type KernelFile, knowsRelaxed, readKernels, withPrivateMemory } from './kernelFiles';
import { WasmPredictor } from './predictor';
import { isPaired } from './revectorize';
import { ThreadPool } from './threadPool';
import { WasmTrainer } from './trainer';

/** What the kernels are built of: plain SIMD, relaxed SIMD, or that with vectors paired to 256 bits for training. */
export type InstructionSet = 'simd' | 'relaxed' | 'paired';

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

/** The best instructions that this run time can execute. */
export function bestInstructionSet(): InstructionSet {
  if (!knowsRelaxed()) return 'simd';
  return canPair() ? 'paired' : 'relaxed';
}

/** The engine, which knows more of itself than others do. */
export interface BuiltInEngine extends Engine {
  /** What its trainers run on. Tries, where that hasn't been done yet, whether vectors can be paired here. */
  settleInstructions(): InstructionSet;
}

/**
 * Loads the kernels and starts the threads.
 * @throws EngineUnavailableError when the kernels are missing or can't be compiled here.
 */
export async function loadWasmEngine(options: WasmEngineOptions = {}): Promise<BuiltInEngine> {
  const folder = options.kernelFolder ?? __dirname;
  const threads = threadCount(options.threads);
  const instructionSet = options.instructionSet ?? bestInstructionSet();
  const file: KernelFile = instructionSet === 'simd' ? 'simd' : 'relaxed';
  const shared = await readKernels(folder, file);
  const own = withPrivateMemory(shared);
  const alone = await compile(own);
  const builds = { own, shared, alone, together: threads > 1 ? await compile(shared) : alone };
  const pool = await gather(threads, folder);
  return new WasmEngine(pool, builds, file, instructionSet === 'paired' ? 'untried' : 'refused', folder);
}

function gather(threads: number, folder: string): Promise<ThreadPool> {
  return threads > 1 ? ThreadPool.start(threads, folder) : Promise.resolve(ThreadPool.alone());
}

function threadCount(wanted: number = availableParallelism()): number {
  const canShare = typeof SharedArrayBuffer === 'function';
  return canShare ? Math.max(1, Math.min(mostThreads, Math.floor(wanted))) : 1;
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<KernelBuild> {
  try {
    return await compileKernels(bytes);
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

/** Kernels for private and for shared memory: their bytes, and as they are compiled now. */
interface Builds {
  readonly own: Uint8Array<ArrayBuffer>;
  readonly shared: Uint8Array<ArrayBuffer>;
  /** For predictors. */
  readonly alone: KernelBuild;
  /** For trainers. */
  together: KernelBuild;
}

class WasmEngine implements BuiltInEngine {
  readonly name = 'wasm';
  readonly canResize = true;

  /**
   * @param pairing whether trainers use paired vectors: tried with the first of them, since compiling takes some 100 ms,
   * which prediction need not wait for
   */
  constructor(
    private pool: ThreadPool,
    private readonly builds: Builds,
    private readonly file: KernelFile,
    private pairing: 'untried' | 'used' | 'refused',
    private readonly folder: string,
  ) {}

  get threads(): number {
    return this.pool.size;
  }

  get details(): string {
    const pairs = this.pairing === 'used' ? ' paired to 256 bits' : '';
    const threads = `${this.threads} ${this.threads === 1 ? 'thread' : 'threads'}`;
    return `WebAssembly kernels, ${this.file === 'relaxed' ? 'relaxed ' : ''}SIMD${pairs}, ${threads}`;
  }

  settleInstructions(): InstructionSet {
    this.pair();
    return this.pairing === 'used' ? 'paired' : this.file;
  }

  createTrainer(architecture: Architecture, state: TrainerState, options: TrainerOptions): Trainer {
    this.pair();
    return new WasmTrainer(this.pool, this.builds.together, architecture, state, options);
  }

  createPredictor(architecture: Architecture, parameters: Parameters): Predictor {
    return new WasmPredictor(this.builds.alone, architecture, parameters);
  }

  createScorer(architecture: Architecture, parameters: Parameters, shape: ScorerShape): Scorer {
    // Unpaired, the tiles of integers need more registers than there are.
    const precision = this.settleInstructions() === 'paired' ? 'quantized' : 'single';
    const createTrainer: Engine['createTrainer'] = (...made) =>
      new WasmTrainer(this.pool, this.builds.together, ...made, precision);
    return new EvaluatingScorer({ createTrainer }, architecture, parameters, shape);
  }

  async resize(threads: number): Promise<void> {
    const size = threadCount(threads);
    if (size === this.pool.size) return;
    const pool = await gather(size, this.folder);
    this.pool.dispose();
    this.pool = pool;
    this.builds.together = await this.compileTogether();
  }

  dispose(): void {
    this.pool.dispose();
  }

  /** Kernels for the memory that this pool trains in. */
  private async compileTogether(): Promise<KernelBuild> {
    const { own, shared, alone } = this.builds;
    const bytes = this.pool.size > 1 ? shared : own;
    if (this.pairing === 'used') {
      try {
        return compilePaired(bytes);
      } catch {
        this.pairing = 'refused';
      }
    }
    return this.pool.size > 1 ? compile(shared) : alone;
  }

  /** Goes over to kernels with paired vectors, once they have shown that they compute the same, and faster. */
  private pair(): void {
    if (this.pairing !== 'untried') return;
    const { own, shared } = this.builds;
    // An experiment of V8's: whatever goes wrong with it, training does without.
    this.pairing = 'refused';
    try {
      const paired = compilePaired(own);
      if (!isPaired(paired) || !computeTheSame(compileUnpaired(own), paired)) return;
      this.builds.together = this.pool.size > 1 ? compilePaired(shared) : paired;
      this.pairing = 'used';
    } catch {
      // Refused.
    }
  }
}

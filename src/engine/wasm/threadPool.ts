import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { formatBytes } from '../../base/format';
import { EngineUnavailableError } from '../engine';
import { work } from './commands';
import type { KernelBuild } from './kernelBuild';
import { layOutModel } from './modelMemory';
import { type Command, ThreadGroup } from './threadGroup';
import { type WasmMemory, webAssembly } from './webAssembly';
import { createWorkerContext, layOutBatches, type TrainerShape, type WorkerContext } from './workerContext';

/** What a kernel thread is started with. */
export interface ThreadStart {
  readonly control: SharedArrayBuffer;
  readonly rank: number;
  readonly size: number;
  readonly port: MessagePort;
}

/** What a kernel thread gets with the command `attach`. */
export interface Attachment {
  readonly trainer: number;
  readonly build: KernelBuild;
  readonly memory: WasmMemory;
  readonly shape: TrainerShape;
}

const pageBytes = 1 << 16;
const mostPages = 1 << 16;

/** The calling thread and its kernel threads, which do every step together, each its part. */
export class ThreadPool {
  private trainers = 0;

  private constructor(
    private readonly group: ThreadGroup,
    private readonly workers: readonly Worker[],
    private readonly ports: readonly MessagePort[],
  ) {}

  /** A pool of the calling thread alone. */
  static alone(): ThreadPool {
    return new ThreadPool(new ThreadGroup(ThreadGroup.control(1), 0, 1), [], []);
  }

  /**
   * Starts `size` - 1 threads and waits until they run.
   * @param folder where kernelThread.js is
   * @param timeout milliseconds without a sign of life after which the threads are given up
   * @throws EngineUnavailableError when they can't be started.
   */
  static async start(size: number, folder: string, timeout?: number): Promise<ThreadPool> {
    const control = new SharedArrayBuffer(ThreadGroup.control(size).byteLength);
    const workers: Worker[] = [];
    const ports: MessagePort[] = [];
    for (let rank = 1; rank < size; rank++) {
      const { port1, port2 } = new MessageChannel();
      const workerData: ThreadStart = { control, rank, size, port: port2 };
      const worker = new Worker(join(folder, 'kernelThread.js'), { workerData, transferList: [port2] });
      worker.unref();
      port1.unref();
      workers.push(worker);
      ports.push(port1);
    }
    const group = new ThreadGroup(control, 0, size, timeout);
    const pool = new ThreadPool(group, workers, ports);
    try {
      await Promise.all(workers.map(readiness));
    } catch (cause) {
      pool.dispose();
      throw notStarted(cause);
    }
    for (const worker of workers) worker.on('exit', () => group.fail());
    return pool;
  }

  /** Threads that a step is spread over. */
  get size(): number {
    return this.group.size;
  }

  /**
   * Makes the memory of a trainer and has every thread take its part in it. The kernels are ones for shared memory if
   * there is more than one thread.
   * @throws EngineUnavailableError when it would not fit.
   */
  attach(build: KernelBuild, shape: TrainerShape): Attached {
    const bytes = layOutBatches(shape, layOutModel(shape.architecture, shape.precision)).end;
    const memory = makeMemory(bytes, this.size > 1);
    const trainer = this.trainers++;
    const attachment: Attachment = { trainer, build, memory, shape };
    for (const port of this.ports) port.postMessage(attachment);
    const context = this.together('attach', trainer, () => {
      const own = createWorkerContext(build, memory, this.group, shape);
      this.group.barrier();
      return own;
    });
    return { trainer, memory, context };
  }

  /** Does a step with all threads. */
  work({ trainer, context }: Attached, command: Exclude<Command, 'attach' | 'detach'>): void {
    this.together(command, trainer, () => work(context, command));
  }

  /** Has every thread let go of a trainer. Threads of which one has failed let go as they are ended. */
  detach({ trainer }: Attached): void {
    if (!this.group.hasFailed) this.together('detach', trainer, () => this.group.barrier());
  }

  /** Ends the threads. */
  dispose(): void {
    for (const worker of this.workers) void worker.terminate();
  }

  /** Announces a command and does the calling thread's part of it. Where that fails, nobody waits for it. */
  private together<T>(command: Command, trainer: number, act: () => T): T {
    this.group.announce(command, trainer);
    try {
      return act();
    } catch (error) {
      this.group.fail();
      const told = this.ports.map((port) => receiveMessageOnPort(port)?.message as unknown);
      const reason = told.find((message) => typeof message === 'string');
      throw reason === undefined ? error : new Error(`A thread of the built-in engine has failed: ${reason}`);
    }
  }
}

/** Resolves when a thread says that it runs; rejects when it ends instead. */
function readiness(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    // Stays: an error that nobody listens for would end the process.
    worker.on('error', reject);
    worker.once('exit', (code) => reject(new Error(`It ended with code ${code}.`)));
  });
}

function notStarted(cause: unknown): EngineUnavailableError {
  const error = new EngineUnavailableError(
    'wasm',
    'The threads of the built-in engine could not be started.',
    'Reinstall Textloom, or set the number of threads to one.',
  );
  error.cause = cause;
  return error;
}

/** A trainer that the pool works for. */
export interface Attached {
  readonly trainer: number;
  readonly memory: WasmMemory;
  /** The calling thread's context. */
  readonly context: WorkerContext;
}

/**
 * A memory of at least this many bytes, which may grow.
 * @throws EngineUnavailableError when the machine or the format has no room for it.
 */
export function makeMemory(bytes: number, shared: boolean): WasmMemory {
  const initial = Math.ceil(bytes / pageBytes);
  const problem = `This model and batch need ${formatBytes(bytes)}, more than the built-in engine can get.`;
  if (initial > mostPages) throw new EngineUnavailableError('wasm', problem, 'Choose a smaller size or batch.');
  try {
    return new webAssembly.Memory({ initial, maximum: mostPages, shared });
  } catch {
    throw new EngineUnavailableError('wasm', problem, 'Choose a smaller size or batch, or close other programs.');
  }
}

/** Grows a memory, where needed, to at least this many bytes. @throws RangeError when there is no room. */
export function growMemory(memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (missing > 0) memory.grow(missing);
}

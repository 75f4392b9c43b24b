import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { EngineUnavailableError } from '../engine';
import { work } from './commands';
import type { KernelBuild } from './kernelBuild';
import { layOutModel } from './modelMemory';
import { type Command, Team } from './threadGroup';
import { type WasmMemory, webAssembly } from './webAssembly';
import { layOutBatches, type Share, takeShare, type TrainerShape } from './workerContext';

/** What a kernel thread is started with. */
export interface ThreadStart {
  readonly control: SharedArrayBuffer;
  readonly index: number;
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

/** The calling thread and its kernel threads, which take their shares of every step together. */
export class Crew {
  private trainers = 0;

  private constructor(
    private readonly team: Team,
    private readonly workers: readonly Worker[],
    private readonly ports: readonly MessagePort[],
  ) {}

  /** A crew of the calling thread alone. */
  static alone(): Crew {
    return new Crew(new Team(Team.control(1), 0, 1), [], []);
  }

  /**
   * Starts `size` - 1 threads and waits until they run.
   * @param folder where kernelThread.js is
   * @param patience milliseconds without a sign of life after which the threads are given up
   * @throws EngineUnavailableError when they can't be started.
   */
  static async start(size: number, folder: string, patience?: number): Promise<Crew> {
    const control = new SharedArrayBuffer(Team.control(size).byteLength);
    const workers: Worker[] = [];
    const ports: MessagePort[] = [];
    for (let index = 1; index < size; index++) {
      const { port1, port2 } = new MessageChannel();
      const workerData: ThreadStart = { control, index, size, port: port2 };
      const worker = new Worker(join(folder, 'kernelThread.js'), { workerData, transferList: [port2] });
      worker.unref();
      port1.unref();
      workers.push(worker);
      ports.push(port1);
    }
    const team = new Team(control, 0, size, patience);
    const crew = new Crew(team, workers, ports);
    try {
      await Promise.all(workers.map(readiness));
    } catch (cause) {
      crew.dispose();
      throw notStarted(cause);
    }
    for (const worker of workers) worker.on('exit', () => team.fail());
    return crew;
  }

  /** Threads that a step is spread over. */
  get size(): number {
    return this.team.size;
  }

  /**
   * Makes the memory of a trainer and has every thread take its share of it. The kernels are ones for shared memory if
   * there is more than one thread.
   * @throws EngineUnavailableError when it would not fit.
   */
  attach(build: KernelBuild, shape: TrainerShape): Attached {
    const bytes = layOutBatches(shape, layOutModel(shape.architecture, shape.precision)).end;
    const memory = makeMemory(bytes, this.size > 1);
    const trainer = this.trainers++;
    const attachment: Attachment = { trainer, build, memory, shape };
    for (const port of this.ports) port.postMessage(attachment);
    const share = this.together('attach', trainer, () => {
      const own = takeShare(build, memory, this.team, shape);
      this.team.barrier();
      return own;
    });
    return { trainer, memory, share };
  }

  /** Does a step with all threads. */
  work({ trainer, share }: Attached, command: Exclude<Command, 'attach' | 'detach'>): void {
    this.together(command, trainer, () => work(share, command));
  }

  /** Has every thread let go of a trainer. Threads of which one has failed let go as they are ended. */
  detach({ trainer }: Attached): void {
    if (!this.team.hasFailed) this.together('detach', trainer, () => this.team.barrier());
  }

  /** Ends the threads. */
  dispose(): void {
    for (const worker of this.workers) void worker.terminate();
  }

  /** Announces a command and does the calling thread's share of it. Where that fails, nobody waits for it. */
  private together<T>(command: Command, trainer: number, share: () => T): T {
    this.team.announce(command, trainer);
    try {
      return share();
    } catch (error) {
      this.team.fail();
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

/** A trainer that the crew works for. */
export interface Attached {
  readonly trainer: number;
  readonly memory: WasmMemory;
  /** The calling thread's share. */
  readonly share: Share;
}

/**
 * A memory of at least this many bytes, which may grow.
 * @throws EngineUnavailableError when the machine or the format has no room for it.
 */
export function makeMemory(bytes: number, shared: boolean): WasmMemory {
  const initial = Math.ceil(bytes / pageBytes);
  const problem = `This model and batch need ${(bytes / 2 ** 30).toFixed(1)} GB, more than the built-in engine can get.`;
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

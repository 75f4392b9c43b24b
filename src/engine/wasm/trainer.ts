import type { Architecture, Batch, Parameters } from '../../model/model';
import type {
  InspectedPass,
  LogitsReader,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
  Update,
  WeightKind,
} from '../engine';
import type { Chunk, ForwardMemory } from './batchMemory';
import { BatchWriter } from './batchWriter';
import { readCarried, writeCarried } from './carriedState';
import { askToEvaluate, askToInspect, askToTrain } from './commands';
import type { KernelBuild } from './kernelBuild';
import type { ArenaName } from './modelMemory';
import { lineBytes, panelWidth, readParameters, writeParameters } from './parameterLayout';
import type { Precision } from './quantized';
import { type Attached, growMemory, type ThreadPool } from './threadPool';
import { gradientNorm } from './update';
import { evaluationSpace, type WorkerContext } from './workerContext';

/** A model being trained by the kernels. Its memory is made with it; a step allocates nothing. */
export class WasmTrainer implements Trainer {
  private readonly attached: Attached;
  private readonly context: WorkerContext;
  private readonly writer: BatchWriter;
  private step: number;

  constructor(
    private readonly pool: ThreadPool,
    build: KernelBuild,
    readonly architecture: Architecture,
    state: TrainerState,
    private readonly options: TrainerOptions,
    precision: Precision = 'single',
  ) {
    const { length, streams, dropout } = options;
    this.attached = pool.attach(build, { architecture, length, streams, dropout, precision });
    this.context = this.attached.context;
    this.writer = new BatchWriter(architecture.vocabularySize);
    this.step = state.step;
    this.fill('weights', state.parameters);
    this.fill('averaged', state.averaged);
    this.fill('first', state.firstMoments);
    this.fill('second', state.secondMoments);
    const { view, model, batch } = this.context;
    view.integers.fill(-1, model.ones / 4, (model.ones + lineBytes) / 4);
    writeCarried(architecture, view.floats, batch.carried, batch.forward, state.carried);
    pool.work(this.attached, 'derive');
  }

  train(batch: Batch, update: Update): StepResult {
    askToTrain(this.context.group, this.writeTrainingBatch(batch), update, this.step);
    this.pool.work(this.attached, 'train');
    this.step++;
    return { loss: this.meanLoss(), gradientNorm: gradientNorm(this.context) };
  }

  evaluate(batch: Batch, weights: WeightKind, losses: Float32Array, reader?: LogitsReader): void {
    const { context, attached, writer, pool } = this;
    const { forward, end } = evaluationSpace(context, batch.length, batch.streams);
    growMemory(attached.memory, end);
    const used = writer.write(batch, forward, context.view.integers);
    if (reader !== undefined) {
      const row = new Float32Array(this.architecture.vocabularySize);
      context.onLogits = (chunk) => showPositions(context, forward, chunk, row, reader);
    }
    askToEvaluate(context.group, used, weights, batch.length, batch.streams, reader !== undefined);
    pool.work(attached, 'evaluate');
    const from = context.view.floats;
    const start = forward.losses / 4;
    for (let position = 0; position < batch.length * batch.streams; position++) {
      losses[position] = from[start + position] ?? 0;
    }
  }

  inspect(batch: Batch, step: number): InspectedPass {
    const { context, architecture } = this;
    const { length, streams } = this.options;
    const logits = new Float32Array(length * streams * architecture.vocabularySize);
    const { forward } = context.batch;
    context.onLogits = (chunk) => {
      const first = chunk.start * streams;
      for (let position = first; position < first + chunk.length * streams; position++) {
        const to = position * architecture.vocabularySize;
        readLogits(context, forward, chunk, position, logits.subarray(to, to + architecture.vocabularySize));
      }
    };
    askToInspect(context.group, this.writeTrainingBatch(batch), step);
    this.pool.work(this.attached, 'inspect');
    return { loss: this.meanLoss(), logits, gradients: readParameters(context.model.layout, this.arena('gradients')) };
  }

  weights(kind: WeightKind): Parameters {
    return readParameters(this.context.model.layout, this.arena(kind === 'averaged' ? 'averaged' : 'weights'));
  }

  state(): TrainerState {
    const { view, batch, model } = this.context;
    const read = (name: ArenaName): Parameters => readParameters(model.layout, this.arena(name));
    return {
      step: this.step,
      parameters: read('weights'),
      averaged: read('averaged'),
      firstMoments: read('first'),
      secondMoments: read('second'),
      carried: readCarried(this.architecture, view.floats, batch.carried, batch.forward),
    };
  }

  dispose(): void {
    this.pool.detach(this.attached);
  }

  /** Puts a batch into memory; how many distinct tokens it reads. @throws RangeError when it is of another size. */
  private writeTrainingBatch(batch: Batch): number {
    const { length, streams } = this.options;
    if (batch.length !== length || batch.streams !== streams) {
      throw new RangeError(
        `This trainer takes batches of ${length} x ${streams}, not of ${batch.length} x ${batch.streams}.`,
      );
    }
    return this.writer.write(batch, this.context.batch.forward, this.context.view.integers);
  }

  private meanLoss(): number {
    const { losses, length, streams } = this.context.batch.forward;
    const floats = this.context.view.floats;
    let sum = 0;
    for (let position = 0; position < length * streams; position++) sum += floats[losses / 4 + position] ?? 0;
    return sum / (length * streams);
  }

  private fill(name: ArenaName, parameters: Parameters): void {
    writeParameters(this.context.model.layout, this.arena(name), parameters);
  }

  private arena(name: ArenaName): Float32Array {
    const { model, view } = this.context;
    const start = model.arenas[name] / 4;
    return view.floats.subarray(start, start + model.layout.floats);
  }
}

/** Shows a reader what it looks at of a chunk. */
function showPositions(
  context: WorkerContext,
  forward: ForwardMemory,
  chunk: Chunk,
  row: Float32Array,
  reader: LogitsReader,
): void {
  const first = chunk.start * forward.streams;
  for (let position = first; position < first + chunk.length * forward.streams; position++) {
    if (reader.positions[position] !== 1) continue;
    readLogits(context, forward, chunk, position, row);
    reader.read(position, row);
  }
}

/** Copies the logits of a position of a chunk out of their panels, to [V]. */
function readLogits(
  context: WorkerContext,
  forward: ForwardMemory,
  chunk: Chunk,
  position: number,
  logits: Float32Array,
): void {
  const { floats } = context.view;
  const stream = position % forward.streams;
  const time = (position - stream) / forward.streams - chunk.start;
  const panel = forward.stride / 4;
  const start = forward.logits / 4 + time * context.model.panels.vocabulary * panel + stream * panelWidth;
  for (let token = 0; token < logits.length; token++) {
    const lane = token % panelWidth;
    logits[token] = floats[start + ((token - lane) / panelWidth) * panel + lane] ?? 0;
  }
}

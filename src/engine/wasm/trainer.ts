import type { Architecture, Parameters } from '../../model/model';
import type {
  Batch,
  Inspection,
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
import { type Attached, type Crew, growMemory } from './threadPool';
import { gradientNorm } from './update';
import { evaluationSpace, type Share } from './workerContext';

/** A model being trained by the kernels. Its memory is made at birth; a step allocates nothing. */
export class WasmTrainer implements Trainer {
  private readonly attached: Attached;
  private readonly share: Share;
  private readonly writer: BatchWriter;
  private step: number;

  constructor(
    private readonly crew: Crew,
    build: KernelBuild,
    readonly architecture: Architecture,
    state: TrainerState,
    private readonly options: TrainerOptions,
    precision: Precision = 'single',
  ) {
    const { length, streams, dropout } = options;
    this.attached = crew.attach(build, { architecture, length, streams, dropout, precision });
    this.share = this.attached.share;
    this.writer = new BatchWriter(architecture.vocabularySize);
    this.step = state.step;
    this.fill('weights', state.parameters);
    this.fill('averaged', state.averaged);
    this.fill('first', state.firstMoments);
    this.fill('second', state.secondMoments);
    const { view, model, batch } = this.share;
    view.integers.fill(-1, model.ones / 4, (model.ones + lineBytes) / 4);
    writeCarried(architecture, view.floats, batch.carried, batch.forward, state.carried);
    crew.work(this.attached, 'derive');
  }

  train(batch: Batch, update: Update): StepResult {
    askToTrain(this.share.team, this.writeTrainingBatch(batch), update, this.step);
    this.crew.work(this.attached, 'train');
    this.step++;
    return { loss: this.meanLoss(), gradientNorm: gradientNorm(this.share) };
  }

  evaluate(batch: Batch, weights: WeightKind, losses: Float32Array): void {
    const { share, attached, writer, crew } = this;
    const { forward, end } = evaluationSpace(share, batch.length, batch.streams);
    growMemory(attached.memory, end);
    const used = writer.write(batch, forward, share.view.integers);
    askToEvaluate(share.team, used, weights, batch.length, batch.streams);
    crew.work(attached, 'evaluate');
    const from = share.view.floats;
    const start = forward.losses / 4;
    for (let position = 0; position < batch.length * batch.streams; position++) {
      losses[position] = from[start + position] ?? 0;
    }
  }

  inspect(batch: Batch, step: number): Inspection {
    const { share, architecture } = this;
    const { length, streams } = this.options;
    const logits = new Float32Array(length * streams * architecture.vocabularySize);
    share.onLogits = (chunk) => readLogits(share, architecture.vocabularySize, chunk, logits);
    askToInspect(share.team, this.writeTrainingBatch(batch), step);
    this.crew.work(this.attached, 'inspect');
    return { loss: this.meanLoss(), logits, gradients: readParameters(share.model.layout, this.arena('gradients')) };
  }

  weights(kind: WeightKind): Parameters {
    return readParameters(this.share.model.layout, this.arena(kind === 'averaged' ? 'averaged' : 'weights'));
  }

  state(): TrainerState {
    const { view, batch, model } = this.share;
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
    this.crew.detach(this.attached);
  }

  /** Puts a batch into memory; how many distinct tokens it reads. @throws RangeError when it is of another size. */
  private writeTrainingBatch(batch: Batch): number {
    const { length, streams } = this.options;
    if (batch.length !== length || batch.streams !== streams) {
      throw new RangeError(
        `This trainer takes batches of ${length} x ${streams}, not of ${batch.length} x ${batch.streams}.`,
      );
    }
    return this.writer.write(batch, this.share.batch.forward, this.share.view.integers);
  }

  private meanLoss(): number {
    const { losses, length, streams } = this.share.batch.forward;
    const floats = this.share.view.floats;
    let sum = 0;
    for (let position = 0; position < length * streams; position++) sum += floats[losses / 4 + position] ?? 0;
    return sum / (length * streams);
  }

  private fill(name: ArenaName, parameters: Parameters): void {
    writeParameters(this.share.model.layout, this.arena(name), parameters);
  }

  private arena(name: ArenaName): Float32Array {
    const { model, view } = this.share;
    const start = model.arenas[name] / 4;
    return view.floats.subarray(start, start + model.layout.floats);
  }
}

/** Copies the logits of a chunk out of their panels, to [time][stream][V]. */
function readLogits(share: Share, vocabularySize: number, chunk: Chunk, logits: Float32Array): void {
  const forward: ForwardMemory = share.batch.forward;
  const floats = share.view.floats;
  const rowsPerPanel = forward.stride / lineBytes;
  let to = chunk.start * forward.streams * vocabularySize;
  for (let time = 0; time < chunk.length; time++) {
    for (let stream = 0; stream < forward.streams; stream++) {
      for (let token = 0; token < vocabularySize; token++) {
        const lane = token % panelWidth;
        const panel = time * share.model.panels.vocabulary + (token - lane) / panelWidth;
        logits[to++] = floats[forward.logits / 4 + (panel * rowsPerPanel + stream) * panelWidth + lane] ?? 0;
      }
    }
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CorpusSource } from '../../../src/corpus/corpus';
import type { Engine } from '../../../src/engine/engine';
import { prepareContinuation } from '../../../src/training/prepare/continuation';
import type { HyperparameterRequest } from '../../../src/training/prepare/hyperparameterRequest';
import { type NewTraining, prepareTraining } from '../../../src/training/prepare/prepare';
import type { Surroundings } from '../../../src/training/prepare/surroundings';
import type { TrainingJob } from '../../../src/training/prepare/trainingJob';
import type { TrainingEvent } from '../../../src/training/record/events';
import { referenceEngine } from './referenceEngine';
import { story } from './story';

/** A model small enough for the reference engine. */
export const small: Omit<HyperparameterRequest, 'budget'> = {
  hiddenSize: 12,
  embeddingSize: 8,
  sequenceLength: 8,
  batchSize: 4,
  seed: 5,
};

/** A folder to train in, everything that runs there, and all that they tell. */
export class TrainingFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'textloom-training-'));
  readonly modelsFolder = join(this.folder, '.textloom', 'models');
  readonly events: TrainingEvent[] = [];

  constructor(private readonly engine: () => Engine = referenceEngine) {}

  /** A run of so many steps, unless the request says otherwise. */
  prepare(
    steps: number,
    request: Partial<HyperparameterRequest> = {},
    name = 'tale',
    surroundings = this.surroundings,
  ): Promise<TrainingJob> {
    return prepareTraining(
      this.newTraining({ ...small, budget: { kind: 'steps', steps }, ...request }, name),
      surroundings,
    );
  }

  continue(folder: string, minutes = 0): Promise<TrainingJob> {
    return prepareContinuation(folder, minutes, this.surroundings);
  }

  newTraining(recipe: HyperparameterRequest, name = 'tale', text = story(6000)): NewTraining {
    return { name, modelsFolder: this.modelsFolder, source: source(text), tokenizer: 'char', hyperparameters: recipe };
  }

  get surroundings(): Surroundings {
    return {
      appVersion: '0.0.0',
      engineFor: () => Promise.resolve({ engine: this.engine(), reason: 'It is the only one here.' }),
      report: (event) => this.events.push(event),
    };
  }

  /** Told events of one type. */
  told<T extends TrainingEvent['type']>(type: T): Extract<TrainingEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<TrainingEvent, { type: T }> => event.type === type);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A corpus of one unsaved document. */
export function source(text: string): CorpusSource {
  return {
    paths: [],
    root: '/',
    documents: [{ name: 'tale.txt', text }],
    filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e6 },
  };
}

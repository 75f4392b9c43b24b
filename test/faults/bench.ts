/** Where deeds are done: a workspace with a folder of models, another one, one on another disk, and a small corpus. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusSource } from '../../src/corpus/corpus';
import { engineChooser } from '../../src/engine/select';
import type { Clock } from '../../src/training/loop/clock';
import { prepareContinuation } from '../../src/training/prepare/continuation';
import { prepareTraining } from '../../src/training/prepare/prepare';
import type { Surroundings } from '../../src/training/prepare/surroundings';
import type { TrainingJob } from '../../src/training/prepare/trainingJob';
import { story } from '../unit/training/story';

/** See the file's head. */
export interface Bench {
  readonly shelf: string;
  readonly otherShelf: string;
  readonly shelfElsewhere: string;
  /** The model that is there before, if there is one. */
  readonly model: string;
  /** Where the model is kept once it is deleted. */
  readonly aside: () => Promise<string>;
  /** Where it is exported to. */
  readonly packed: string;
  /** A packed model, to be imported. */
  readonly sent: string;
  readonly newText: string;
  readonly begin: () => Promise<TrainingJob>;
  readonly goOn: (how?: {
    readonly minutes?: number;
    readonly text?: string;
    readonly folder?: string;
  }) => Promise<TrainingJob>;
}

/** Name of the model that deeds are done to. */
const modelName = 'tale';

/** Folders that faults are made in, below the folder of a try: the workspace, and what may be on another disk. */
export const workFolder = 'work';
/** A link to a folder of another disk, where there is one. */
export const elsewhereFolder = 'elsewhere';

const steps = 5;

/** The bench in the folder of a try. */
export function benchIn(folder: string): Bench {
  const work = join(folder, workFolder);
  const shelf = join(work, '.textloom', 'models');
  const model = join(shelf, modelName);
  const text = story(3000);
  return {
    shelf,
    model,
    otherShelf: join(work, 'other'),
    shelfElsewhere: join(folder, elsewhereFolder, 'models'),
    packed: join(work, 'packed.textloom'),
    sent: join(folder, 'sent.textloom'),
    newText: `${text} ${story(2000, 7)} Ünseen ☃ letters.`,
    aside: () => {
      const bin = join(shelf, '.deleted');
      return Promise.resolve(join(bin, readdirSync(bin)[0] ?? '', modelName));
    },
    begin: () =>
      prepareTraining(
        {
          name: modelName,
          modelsFolder: shelf,
          source: sourceOf(work, text),
          tokenizer: 'char',
          hyperparameters: {
            budget: { kind: 'steps', steps },
            ...{ hiddenSize: 8, embeddingSize: 8, sequenceLength: 8, batchSize: 2, seed: 5 },
          },
        },
        surroundings(),
      ),
    goOn: ({ minutes = 0, text: changed, folder: which = model } = {}) =>
      prepareContinuation(which, minutes, surroundings(), changed === undefined ? 'keep' : 'extend', {
        documents: [{ name: 'tale.txt', text: changed ?? text }],
      }),
  };
}

function sourceOf(root: string, text: string): CorpusSource {
  return {
    root,
    paths: [],
    documents: [{ name: 'tale.txt', text }],
    filters: { include: [], exclude: [], respectGitignore: true, maximumFileSize: 1e6 },
  };
}

/** Textloom's own engine, on a clock on which a step takes seconds, so that a few of them have a checkpoint between them. */
function surroundings(): Surroundings {
  let time = 0;
  const clock: Clock = () => (time += 1500);
  return {
    appVersion: '0.0.0',
    engineFor: engineChooser('wasm', { tensorflowFolders: [], kernelFolder: join(process.cwd(), 'dist'), threads: 1 }),
    allowance: { effort: 'full', threads: 1 },
    report: () => undefined,
    clock,
  };
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dropout, TrainerState, Update } from '../../../src/engine/engine';
import {
  type Architecture,
  type Batch,
  type Parameters,
  parameterShapes,
  type Tensor,
  zeroParameters,
} from '../../../src/model/model';
import { readSafetensors } from '../../../src/model/safetensors';

/** The settings of a fixture, as test/fixtures/pytorch/make_fixtures.py names them. */
interface Case {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
  readonly length: number;
  readonly streams: number;
  readonly tied: boolean;
  readonly embedding_dropout: number;
  readonly hidden_dropout: number;
  readonly seed: number;
  readonly steps: number;
  readonly batches: number;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weight_decay: number;
  readonly clip: number;
  readonly average_decay: number;
}

/** What PyTorch computed for one case. */
export interface Fixture {
  readonly architecture: Architecture;
  readonly length: number;
  readonly streams: number;
  readonly dropout: Dropout;
  readonly update: Update;
  readonly initial: TrainerState;
  readonly batches: readonly Batch[];
  readonly first: {
    readonly loss: number;
    readonly norm: number;
    readonly logits: Float32Array;
    readonly gradients: Parameters;
  };
  /** The loss of each training step. */
  readonly losses: Float32Array;
  readonly final: { readonly parameters: Parameters; readonly averaged: Parameters; readonly carried: Float32Array };
  /** Losses of the first batch under the final parameters, without dropout, from a state of zeros. */
  readonly evaluation: Float32Array;
}

const folder = join(process.cwd(), 'test', 'fixtures', 'pytorch');

/** Names of all fixtures. */
export const fixtureNames = readdirSync(folder)
  .filter((file) => file.endsWith('.safetensors'))
  .map((file) => file.replace(/\.safetensors$/, ''));

export async function readFixture(name: string): Promise<Fixture> {
  const { tensors, metadata } = await readSafetensors(join(folder, `${name}.safetensors`));
  const settings = JSON.parse(metadata['case'] ?? '') as Case;
  const architecture: Architecture = {
    vocabularySize: settings.vocabulary,
    embeddingSize: settings.embedding,
    hiddenSize: settings.hidden,
    layers: settings.layers,
    tied: settings.tied,
  };
  const tensor = (key: string): Tensor => {
    const found = tensors.get(key);
    if (found === undefined) throw new Error(`The fixture ${name} lacks ${key}.`);
    return found;
  };
  const data = (key: string) => tensor(key).data;
  const parameters = (prefix: string): Parameters =>
    new Map([...parameterShapes(architecture).keys()].map((key) => [key, tensor(`${prefix}/${key}`)]));
  const { length, streams } = settings;
  return {
    architecture,
    length,
    streams,
    dropout: { embedding: settings.embedding_dropout, hidden: settings.hidden_dropout, seed: settings.seed },
    update: {
      rate: settings.rate,
      beta1: settings.beta1,
      beta2: settings.beta2,
      epsilon: settings.epsilon,
      weightDecay: settings.weight_decay,
      clipNorm: settings.clip,
      averageDecay: settings.average_decay,
    },
    initial: {
      step: 0,
      parameters: parameters('initial'),
      averaged: parameters('initial'),
      firstMoments: zeroParameters(architecture),
      secondMoments: zeroParameters(architecture),
      carried: data('initial/carried'),
    },
    batches: Array.from({ length: settings.batches }, (_, index) => ({
      length,
      streams,
      inputs: Uint16Array.from(data(`batch/${index}/inputs`)),
      targets: Uint16Array.from(data(`batch/${index}/targets`)),
      resets: Uint8Array.from(data(`batch/${index}/resets`)),
    })),
    first: {
      loss: data('first/loss')[0]!,
      norm: data('first/norm')[0]!,
      logits: data('first/logits'),
      gradients: parameters('first/gradient'),
    },
    losses: data('losses'),
    final: {
      parameters: parameters('final'),
      averaged: parameters('final/averaged'),
      carried: data('final/carried'),
    },
    evaluation: data('evaluation/losses'),
  };
}

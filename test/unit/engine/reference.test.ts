import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { type Architecture, initialParameters, Random } from '../../../src/model/model';
import { assertClose } from './closeness';
import { fixtureNames, readFixture } from './fixtures';
import { type Numbers, type ReferencePass, referencePass } from './reference';

describe('the maths in float64', () => {
  for (const [kind, architecture] of Object.entries<Architecture>({
    'one layer': { vocabularySize: 5, embeddingSize: 3, hiddenSize: 4, layers: 1, tied: false },
    'three layers': { vocabularySize: 4, embeddingSize: 2, hiddenSize: 3, layers: 3, tied: false },
    'a tied matrix': { vocabularySize: 4, embeddingSize: 3, hiddenSize: 3, layers: 2, tied: true },
    'a tied matrix behind a projection': { vocabularySize: 4, embeddingSize: 2, hiddenSize: 3, layers: 2, tied: true },
  })) {
    it(`has the gradient of central differences: ${kind}`, () => {
      const pass = randomPass(architecture);
      const { gradients } = referencePass(pass);
      for (const [name, gradient] of gradients) {
        const numerical = gradient.map((_, index) => centralDifference(pass, name, index));
        assertClose(gradient, numerical, 1e-6, `gradient of ${name}`);
      }
    });
  }

  for (const name of fixtureNames) {
    it(`is what PyTorch computes: ${name}`, async () => {
      const { architecture, batches, initial, dropout, first } = await readFixture(name);
      const parameters = float64(initial.parameters);
      const pass = { architecture, parameters, batch: batches[0]!, carried: initial.carried, dropout, step: 0 };
      const { loss, gradients } = referencePass(pass);
      assertClose([loss], [first.loss], 1e-6, 'loss');
      for (const [key, { data }] of first.gradients) assertClose(data, gradients.get(key)!, 3e-5, `gradient of ${key}`);
    });
  }

  it('has fixtures from PyTorch to be compared with', () => assert.ok(fixtureNames.length >= 10));
});

/** A pass with everything in it: a carried state, resets at the start and inside, both kinds of dropout. */
function randomPass(architecture: Architecture): ReferencePass {
  const random = Random.seeded(11, 'reference');
  const [length, streams] = [5, 2];
  const size = length * streams;
  const token = () => random.below(architecture.vocabularySize);
  return {
    architecture,
    parameters: float64(initialParameters(architecture, 2)),
    batch: {
      length,
      streams,
      inputs: Uint16Array.from({ length: size }, token),
      targets: Uint16Array.from({ length: size }, token),
      resets: Uint8Array.from({ length: size }, (_, position) => (position === 1 || position === 6 ? 1 : 0)),
    },
    carried: Float64Array.from({ length: architecture.layers * 2 * streams * architecture.hiddenSize }, () =>
      random.normal(),
    ),
    dropout: { embedding: 0.2, hidden: 0.2, seed: 3 },
    step: 4,
  };
}

function float64(parameters: ReadonlyMap<string, { readonly data: Float32Array }>): Numbers {
  return new Map([...parameters].map(([name, { data }]) => [name, Float64Array.from(data)]));
}

function centralDifference(pass: ReferencePass, name: string, index: number): number {
  const delta = 1e-5;
  const [above, below] = [delta, -delta].map((shift) => {
    const values = pass.parameters.get(name)!.slice();
    values[index]! += shift;
    return referencePass({ ...pass, parameters: new Map(pass.parameters).set(name, values) }).loss;
  });
  return (above! - below!) / (2 * delta);
}

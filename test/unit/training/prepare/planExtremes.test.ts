import assert from 'node:assert/strict';
import { chooseKind } from '../../../../src/corpus/tokenizers/chooseKind';
import { heldOutShare } from '../../../../src/corpus/tokens/split';
import { parameterCount } from '../../../../src/model/architecture';
import type { Hyperparameters } from '../../../../src/training/prepare/hyperparameterRequest';
import { operationsPerToken, planHyperparameters, referencePower } from '../../../../src/training/prepare/plan';

/** A text to be planned for: its code points, and what a tokeniser makes of them. */
interface Text {
  readonly characters: number;
  readonly charactersPerToken: number;
  readonly vocabularySize: number;
}

const note: Text = { characters: 20_000, charactersPerToken: 1, vocabularySize: 70 };
/** Byte pairs of code are about three characters long. */
const code: Text = { characters: 200_000_000, charactersPerToken: 3, vocabularySize: 4096 };

function tokensOf({ characters, charactersPerToken }: Text): { training: number; validation: number } {
  const tokens = Math.floor(characters / charactersPerToken);
  const validation = Math.floor(tokens * heldOutShare(characters, 0.1));
  return { training: tokens - validation, validation };
}

function plan(text: Text, minutes: number): Hyperparameters {
  const { training, validation } = tokensOf(text);
  return planHyperparameters({
    request: { budget: { kind: 'minutes', minutes } },
    trainingTokens: training,
    validationTokens: validation,
    vocabularySize: text.vocabularySize,
    power: referencePower,
  });
}

/** Tokens that a run of this recipe trains on, on the machine it was planned for. */
function trainedOn({ architecture, budget }: Hyperparameters): number {
  assert.ok(budget.kind === 'minutes');
  return (budget.minutes * 60 * referencePower) / operationsPerToken(architecture);
}

const presets = [1, 5, 30];

describe('a plan for 20 kB of text', () => {
  it('reads it character by character', () => {
    assert.equal(chooseKind('auto', note.characters).kind, 'char');
  });

  for (const minutes of presets) {
    it(`in ${minutes} min makes a small model with much dropout, and looks soon whether it still gets better`, () => {
      const recipe = plan(note, minutes);
      const { training, validation } = tokensOf(note);
      const { hiddenSize, layers } = recipe.architecture;
      assert.ok(hiddenSize <= 320 && layers === 1, `${hiddenSize}`);
      assert.ok(parameterCount(recipe.architecture) < 30 * note.characters);
      assert.ok(trainedOn(recipe) / training > 20, 'It is read often.');
      assert.ok(recipe.dropout.hidden >= 0.3 && recipe.dropout.embedding >= 0.3, `${recipe.dropout.hidden}`);
      assert.equal(recipe.evaluationTokens, validation);
      assert.ok(recipe.patience < recipe.evaluations, 'It stops early where nothing is gained any more.');
      // The streams are long enough to carry a state along, and a batch is far shorter than the text.
      assert.ok(recipe.batchSize * recipe.sequenceLength * 2 <= training);
    });
  }

  it('makes no larger model for more time', () => {
    const sizes = presets.map((minutes) => plan(note, minutes).architecture.hiddenSize);
    assert.ok(Math.max(...sizes) <= 320, sizes.join());
    assert.equal(sizes[1], sizes[2]);
  });
});

describe('a plan for 200 MB of code', () => {
  it('reads pieces of words', () => {
    assert.equal(chooseKind('auto', code.characters).kind, 'bpe');
  });

  for (const minutes of presets) {
    it(`in ${minutes} min makes as large a model as the time allows, without dropout`, () => {
      const recipe = plan(code, minutes);
      const { training, validation } = tokensOf(code);
      const { hiddenSize } = recipe.architecture;
      assert.ok(trainedOn(recipe) < training, 'It is not read to its end.');
      assert.deepEqual(recipe.dropout, { embedding: 0, hidden: 0 });
      // The time is what limits it, and not the text: a hundred times as much makes no difference.
      assert.equal(hiddenSize, plan({ ...code, characters: 100 * code.characters }, minutes).architecture.hiddenSize);
      assert.ok(hiddenSize > plan(note, minutes).architecture.hiddenSize);
      // Enough updates to learn from, on batches of a usual size.
      assert.ok(trainedOn(recipe) / (recipe.batchSize * recipe.sequenceLength) > 500);
      // What is scored on the way is little of what is held out, and takes little of the time.
      assert.ok(recipe.evaluationTokens < validation && recipe.evaluationTokens <= 200_000);
      const scored = recipe.evaluations * recipe.evaluationTokens;
      assert.ok(scored < 0.2 * trainedOn(recipe), `${scored} of ${trainedOn(recipe)}`);
    });
  }

  it('holds out no more than is needed to measure by', () => {
    assert.equal(tokensOf(code).validation, Math.floor(4_000_000 / 3));
  });
});

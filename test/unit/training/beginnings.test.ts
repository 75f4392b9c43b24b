import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createTokenizer } from '../../../src/corpus/tokenizers/create';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { defaultSampling, Writer } from '../../../src/generation/generation';
import { itemFormOf } from '../../../src/model/itemForm';
import { readModel } from '../../../src/model/modelFolder';
import { TrainingControls } from '../../../src/training/loop/controls';
import { train } from '../../../src/training/loop/train';
import { prepareTraining } from '../../../src/training/prepare/prepare';
import { TextMaker } from '../corpus/items/texts';
import { TrainingFixture } from './trainingFixture';

const [first, inner] = ['bdgkmp', 'aeioulnrst'] as const;
const engineFor = async () => ({
  engine: await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 }),
  reason: 'It is quick.',
});

/** A word whose first letter no word has anywhere else, so that it is seen where one starts. */
function word(maker: TextMaker): string {
  const letters = maker.many(2 + maker.below(6), () => maker.pick(Array.from(inner)));
  return maker.pick(Array.from(first)) + letters.join('');
}

/** The first words of texts that a model writes without a prompt, once it has learned a text for some seconds. */
async function beginnings(text: string, steps: number, count: number): Promise<readonly string[]> {
  const fixture = new TrainingFixture();
  try {
    const size = { hiddenSize: 64, embeddingSize: 16, length: 16, streams: 16, dropout: 0, seed: 1 };
    const request = fixture.newTraining({ ...size, budget: { kind: 'steps', steps } }, 'tale', text);
    const job = await prepareTraining({ ...request, documents: 'auto' }, { ...fixture.surroundings, engineFor });
    await train(job, new TrainingControls());
    const { description, parameters } = await readModel(job.folder);
    const { engine } = await engineFor();
    const predictor = engine.createPredictor(description.architecture, parameters);
    const items = itemFormOf(description.corpus.summary);
    const writer = new Writer(createTokenizer(description.tokenizer), predictor, undefined, items);
    const words: string[] = [];
    for (let seed = 0; seed < count; seed++) {
      const sampling = { ...defaultSampling, seed };
      const { text: written } = await writer.write({
        prompt: writer.prompt('', true),
        sampling,
        stop: { characters: 20, at: 'word' },
      });
      words.push(written);
    }
    engine.dispose();
    return words;
  } finally {
    fixture.dispose();
  }
}

describe('a text that is written without a prompt', () => {
  const maker = new TextMaker(4);
  const texts = {
    'a list of names': maker.many(1500, () => word(maker)).join('\n'),
    'prose in lines': maker
      .many(700, () => maker.many(9, () => word(maker)).join(' ') + maker.pick([',', '.', '']))
      .join('\n'),
    'prose of a paragraph a line': maker
      .many(160, () => maker.many(20 + maker.below(40), () => word(maker)).join(' ') + '.')
      .join('\n'),
  };

  for (const [name, text] of Object.entries(texts)) {
    it(`never starts inside a word, in a thousand draws from a model of ${name}`, async function () {
      this.timeout(120_000); // A training, on a machine that others use too.
      const words = await beginnings(text, 700, 1000);
      assert.deepEqual(
        words.filter((written) => !first.includes(written[0] ?? '-')),
        [],
      );
    });
  }
});

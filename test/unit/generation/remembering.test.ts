import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CharTokenizer } from '../../../src/corpus/tokenizers/char';
import { endOfDocument } from '../../../src/corpus/tokenizers/tokenizer';
import type { Predictor } from '../../../src/engine/engine';
import { loadWasmEngine } from '../../../src/engine/wasm/wasm';
import { Chooser } from '../../../src/generation/choices';
import { CopyGuard } from '../../../src/generation/copies/copyGuard';
import { CopyIndexBuilder } from '../../../src/generation/copies/copyIndex';
import { defaultSampling, type SamplingOptions, Writer } from '../../../src/generation/generation';
import { PromptReader } from '../../../src/generation/promptReader';
import { Memory, memoryUses } from '../../../src/memory/memory';
import { MixturePredictor } from '../../../src/memory/mixturePredictor';
import { initialParameters } from '../../../src/model/initialParameters';
import { Random } from '../../../src/model/model';

const symbols = Array.from('abcdefghijklmnopqrstuvwxyz .\n');
const tokenizer = new CharTokenizer({ kind: 'char', symbols });
const random = Random.seeded(5, 'corpus');
const words = Array.from({ length: 300 }, () =>
  Array.from({ length: 3 + random.below(6) }, () => symbols[random.below(26)]).join(''),
);
/** Of words in no order: each is known by heart, and no two of them. */
const corpus = Array.from({ length: 6000 }, () => words[random.below(words.length)]).join(' ');
const architecture = {
  vocabularySize: tokenizer.vocabularySize,
  embeddingSize: 8,
  hiddenSize: 32,
  layers: 1,
  tied: false,
};

describe('writing by a memory', () => {
  let lstm: Predictor;
  let memory: Memory;
  let mixture: MixturePredictor;

  before(async () => {
    const engine = await loadWasmEngine({ kernelFolder: join(process.cwd(), 'dist'), threads: 1 });
    lstm = engine.createPredictor(architecture, initialParameters(architecture, 1));
    memory = new Memory(tokenizer);
    memory.learn([...tokenizer.encode(corpus), endOfDocument]);
    mixture = new MixturePredictor(lstm, memory, 'frozen');
  });

  const documentOf = (text: string) => {
    const document = memory.startDocument();
    document.read(tokenizer.encode(text));
    return document;
  };

  async function write(writer: Writer, sampling: Partial<SamplingOptions> = {}, characters = 300): Promise<string> {
    const request = { prompt: writer.prompt(`${words[0]} `, true), stop: { characters, at: 'none' } as const };
    return (await writer.write({ ...request, sampling: { ...defaultSampling, ...sampling } })).text;
  }

  const samplings: readonly Partial<SamplingOptions>[] = [
    { seed: 1 },
    { seed: 2, temperature: 0 },
    { seed: 3, topK: 3, topP: 1 },
    { seed: 4, topP: 0.5, repetitionPenalty: 1.5 },
    { seed: 5, minP: 0.1, topP: 1 },
    { seed: 6, typicalP: 0.5, characters: { kind: 'never', characters: 'e' } },
  ];

  it('off, is the LSTM alone to the bit', async () => {
    const alone = new Writer(tokenizer, lstm);
    const off = new Writer(tokenizer, mixture).by(mixture.view('off', documentOf(corpus)));
    for (const sampling of samplings) assert.equal(await write(off, sampling), await write(alone, sampling));
    const logits = [0, 1].map(() => new Float32Array(tokenizer.vocabularySize));
    const states = [new Float32Array(lstm.stateSize), new Float32Array(mixture.stateSize)];
    for (const token of tokenizer.encode(corpus.slice(0, 100))) {
      [lstm, mixture.view('off')].forEach((predictor, i) => predictor.next(states[i]!, token, logits[i]!));
      assert.deepEqual(logits[0], logits[1]);
    }
  });

  it('gives every token its share, of one in all', () => {
    const document = documentOf(corpus.slice(0, 2000));
    const views = [mixture.view('frozen'), mixture.view('reading along', document)];
    const logits = new Float32Array(tokenizer.vocabularySize);
    for (const view of [lstm, ...views]) {
      const state = new Float32Array(view.stateSize);
      for (const token of [endOfDocument, ...tokenizer.encode(corpus.slice(500, 800))]) {
        view.next(state, token, logits);
        const sum = logits.reduce((all, logit) => all + Math.exp(logit), 0);
        const shares = Array.from(logits, (logit) => Math.exp(logit) / sum);
        assert.ok(shares.every((share) => share > 0 && share < 1));
        assert.ok(Math.abs(shares.reduce((all, share) => all + share) - 1) < 1e-9);
      }
    }
  });

  it('writes words of the text, equal seeds alike, whoever else has a turn meanwhile', async () => {
    const base = new Writer(tokenizer, mixture);
    const documents = ['zyx yxw xwv. '.repeat(40), 'qqq kkk. '.repeat(40)].map(documentOf);
    const views = [
      mixture.view('off'),
      mixture.view('frozen'),
      ...documents.map((document) => mixture.view('reading along', document)),
    ];
    const writers = views.flatMap((view) => samplings.map((sampling) => () => write(base.by(view), sampling, 2000)));
    const together = await Promise.all(writers.map((each) => each()));
    const alone: string[] = [];
    for (const each of writers) alone.push(await each());
    assert.deepEqual(together, alone);
    const drawn = views.map((_, i) => together[i * samplings.length]);
    assert.equal(new Set(drawn).size, views.length, 'each use and document makes a difference');
    const known = (text: string) => text.split(' ').filter((word) => words.includes(word)).length;
    const [plain, frozen] = [together[0]!, together[samplings.length]!];
    assert.ok(known(frozen) > 10 * (1 + known(plain)), `${known(frozen)}: ${frozen}`);
    together.forEach((text, i) => {
      if (samplings[i % samplings.length]!.characters !== undefined) assert.ok(!text.includes('e'));
    });
  });

  it('finds what the document alone has: in words, in symbols, and nothing of it where it is not read', async () => {
    const document = documentOf('the quillvorn sleeps. '.repeat(40));
    const reader = new PromptReader(mixture);
    const chooser = new Chooser(tokenizer, mixture, reader);
    const prompt = new Writer(tokenizer, mixture, reader).prompt('the quil', true);
    const likely = async (use: (typeof memoryUses)[number]) => {
      const own = chooser.by(mixture.view(use, document));
      const [symbol] = (await own.symbols(prompt, 30)).filter(({ text }) => text === 'l');
      const [word] = (await own.words(prompt, 12)).filter(({ text }) => text === 'lvorn');
      return [symbol?.probability ?? 0, word?.probability ?? 0] as const;
    };
    const [along, frozen, off] = await Promise.all(memoryUses.map(likely));
    for (const without of [frozen!, off!]) {
      assert.ok(along![0] > 4 * without[0], `${along![0]} ${without[0]}`);
      assert.ok(along![1] > 100 * without[1], `${along![1]} ${without[1]}`);
    }
  });

  it('takes copies of the text back that the memory brings', async () => {
    const heart = `${Array.from({ length: 3000 }, () => symbols[random.below(26)]).join('')} `;
    const parrot = new Memory(tokenizer);
    for (let i = 0; i < 30; i++) parrot.learn([...tokenizer.encode(heart), endOfDocument]);
    const builder = new CopyIndexBuilder(heart.length);
    builder.startDocument('heart');
    builder.add(heart);
    const index = builder.finish();
    const writer = new Writer(tokenizer, new MixturePredictor(lstm, parrot, 'frozen'));
    const written = async (seed: number, guard?: CopyGuard) => {
      const prompt = writer.prompt(heart.slice(100, 120), true);
      const stop = { characters: 600, at: 'none' } as const;
      const sampling = { ...defaultSampling, temperature: 0.3, seed };
      return (await writer.write({ prompt, sampling, stop, ...(guard && { guard }) })).text;
    };
    const longest = (text: string) => {
      let most = 0;
      for (let start = 0; start + most < text.length; start++) {
        while (start + most < text.length && heart.includes(text.slice(start, start + most + 1))) most++;
      }
      return most;
    };
    const guard = () => new CopyGuard(index, 40, () => Promise.resolve(heart));
    const seeds = [1, 2, 3, 4, 5, 6];
    const free = await Promise.all(seeds.map((seed) => written(seed)));
    assert.ok(Math.max(...free.map(longest)) > 60);
    const refused: string[] = [];
    for (const seed of seeds) refused.push(await written(seed, guard()));
    assert.ok(refused.some((text) => text.length > 40));
    for (const text of refused) assert.ok(longest(text) <= 40, `${longest(text)}: ${text}`);
  });
});

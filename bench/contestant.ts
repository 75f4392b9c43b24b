/**
 * One engine as a process that is told, line by line on its input, what to measure, and answers each line with one of its
 * own: `node contestant.js wasm|tensorflow THREADS [INSTRUCTIONS]`. The peers in peers/ speak the same.
 */
import { createInterface } from 'node:readline';
import type { Engine, Trainer } from '../src/engine/engine';
import { loadTensorFlowEngine } from '../src/engine/tensorflow/tensorflow';
import { freshState, plainUpdate } from '../src/engine/trainerState';
import { type BuiltInEngine, type InstructionSet, loadWasmEngine } from '../src/engine/wasm/wasm';
import { type Architecture, initialParameters, Random } from '../src/model/model';
import type { Size } from './sizes';

/** What a contestant is asked. */
export type Request =
  | { readonly do: 'train'; readonly size: Size; readonly seconds: number }
  | { readonly do: 'generate'; readonly size: Size; readonly seconds: number }
  | { readonly do: 'memory' };

/** What it answers: tokens a second, milliseconds to the first character, peak megabytes. */
export interface Answer {
  readonly speed?: number;
  readonly first?: number;
  readonly megabytes?: number;
}

/** Characters read before the first one is written. */
const primed = 100;

function architectureOf({ vocabulary, embedding, hidden, layers }: Size): Architecture {
  return { vocabularySize: vocabulary, embeddingSize: embedding, hiddenSize: hidden, layers, tied: false };
}

class Contestant {
  private trained: { readonly name: string; readonly trainer: Trainer } | null = null;

  constructor(private readonly engine: Engine) {}

  answer(request: Request): Answer {
    switch (request.do) {
      case 'train':
        return { speed: this.train(request.size, request.seconds) };
      case 'generate':
        return this.generate(request.size, request.seconds);
      case 'memory':
        return { megabytes: process.resourceUsage().maxRSS / 1024 };
      default:
        return request satisfies never;
    }
  }

  /** Tokens a second over a stretch of steps; the model is kept until another size is asked for. */
  private train(size: Size, seconds: number): number {
    const { trainer, isNew } = this.trainerOf(size);
    const random = Random.seeded(1, 'batch');
    const positions = size.length * size.streams;
    const tokens = (): Uint16Array => Uint16Array.from({ length: positions }, () => random.below(size.vocabulary));
    const { length, streams } = size;
    const batch = { length, streams, inputs: tokens(), targets: tokens(), resets: new Uint8Array(positions) };
    if (isNew) for (let step = 0; step < 3; step++) trainer.train(batch, plainUpdate);
    let steps = 0;
    const start = performance.now();
    const end = start + 1000 * seconds;
    do {
      trainer.train(batch, plainUpdate);
      steps++;
    } while (performance.now() < end);
    return (1000 * steps * positions) / (performance.now() - start);
  }

  private trainerOf(size: Size): { readonly trainer: Trainer; readonly isNew: boolean } {
    if (this.trained?.name === size.name) return { trainer: this.trained.trainer, isNew: false };
    this.trained?.trainer.dispose();
    const architecture = architectureOf(size);
    const { length, streams } = size;
    const state = freshState(architecture, initialParameters(architecture, 1), streams);
    const options = { length, streams, dropout: { embedding: 0, hidden: 0, seed: 1 } };
    const trainer = this.engine.createTrainer(architecture, state, options);
    this.trained = { name: size.name, trainer };
    return { trainer, isNew: true };
  }

  /** One stream: time from the weights to the first character after a prompt, then characters a second. */
  private generate(size: Size, seconds: number): Answer {
    const architecture = architectureOf(size);
    const parameters = initialParameters(architecture, 1);
    const born = performance.now();
    const predictor = this.engine.createPredictor(architecture, parameters);
    const state = new Float32Array(predictor.stateSize);
    const logits = new Float32Array(size.vocabulary);
    predictor.prime(
      state,
      Uint16Array.from({ length: primed }, (_, position) => position % size.vocabulary),
    );
    predictor.next(state, 0, logits);
    const first = performance.now() - born;
    for (let warm = 0; warm < 200; warm++) predictor.next(state, mostLikely(logits), logits);
    let count = 0;
    const start = performance.now();
    const end = start + 1000 * seconds;
    for (; performance.now() < end; count++) predictor.next(state, mostLikely(logits), logits);
    const speed = (1000 * count) / (performance.now() - start);
    predictor.dispose();
    return { speed, first };
  }
}

function mostLikely(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] ?? 0) > (logits[best] ?? 0)) best = id;
  return best;
}

async function load([name, threads, instructions]: readonly string[]): Promise<Engine> {
  if (name === 'tensorflow') {
    const packageFolder = process.env['TEXTLOOM_TENSORFLOW'];
    if (packageFolder === undefined) throw new Error('TEXTLOOM_TENSORFLOW does not say where TensorFlow is.');
    return loadTensorFlowEngine({ packageFolder, threads: Number(threads) });
  }
  const instructionSet = instructions as InstructionSet | undefined;
  return loadWasmEngine({ threads: Number(threads), ...(instructionSet === undefined ? {} : { instructionSet }) });
}

async function main(): Promise<void> {
  const engine = await load(process.argv.slice(2));
  // Says what its trainers run on, which is settled only when it is asked.
  if ('settleInstructions' in engine) (engine as BuiltInEngine).settleInstructions();
  const contestant = new Contestant(engine);
  console.log(JSON.stringify({ ready: engine.details }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(contestant.answer(JSON.parse(line) as Request)));
  }
  engine.dispose();
}

void main();

import { join } from 'node:path';
import * as v from 'valibot';
import { formatCount, formatDuration, formatLoss, plural } from '../../base/format';
import { parameterCount } from '../../model/architecture';
import { asItWrites, eachAlone } from '../../model/asItWrites';
import type { ModelDescription } from '../../model/description';
import { learnedSince } from '../../model/modelCard';
import { readJsonLines } from '../../model/jsonLines';
import { modelFiles } from '../../model/modelFiles';
import { againstBaseline, baselineName } from '../../training/validation/comparison';
import { escapeMarkdown } from '../markdown';

/** One line that tells more of a model, and the lines below it. */
export interface Detail {
  readonly label: string;
  readonly description: string;
  /** A codicon. */
  readonly icon: string;
  /** Markdown, without links. */
  readonly tooltip?: string;
  readonly children: readonly Detail[];
}

/** More lines than this below another are counted, not listed. */
const longestList = 50;

/** Newest samples that are listed. */
const samplesListed = 12;

const sampleSchema = v.object({
  step: v.number(),
  temperature: v.number(),
  prompt: v.string(),
  text: v.string(),
});

type Sample = v.InferOutput<typeof sampleSchema>;

/** What is shown below a model: how good it is, what it was trained on and how, and what it sounds like. */
export async function modelDetails(folder: string, description: ModelDescription): Promise<readonly Detail[]> {
  const samples = await readSamples(folder);
  const details = [qualityDetail(description), corpusDetail(description), recipeDetail(description)];
  return samples.length === 0 ? details : [...details, samplesDetail(samples)];
}

/** The samples drawn while a model was trained, newest first; lines that are none are left out. */
async function readSamples(folder: string): Promise<readonly Sample[]> {
  const lines = await readJsonLines(join(folder, modelFiles.samples));
  const samples = lines.flatMap((line) => {
    const parsed = v.safeParse(sampleSchema, line);
    return parsed.success ? [parsed.output] : [];
  });
  return samples.reverse();
}

function qualityDetail(description: ModelDescription): Detail {
  const { best, baseline, trained, finishing, memory } = description;
  const reached = asItWrites(description);
  const effort = `${plural(trained.steps, 'step')} in ${formatDuration(trained.seconds)}`;
  if (best === null || reached === null)
    return { label: 'Quality', description: `none yet · ${effort}`, icon: 'dashboard', children: [] };
  const { bitsPerCharacter, natsPerCharacter } = reached;
  return {
    label: 'Quality',
    description: [`${formatLoss(bitsPerCharacter)} bits/char`, againstBaseline(natsPerCharacter, baseline) ?? []]
      .flat()
      .join(' · '),
    icon: 'dashboard',
    tooltip: [
      `${bitsPerCharacter.toFixed(4)} bits, ${natsPerCharacter.toFixed(4)} nats per character of unseen text; perplexity ${formatLoss(Math.exp(natsPerCharacter))}`,
      ...(baseline === null
        ? []
        : [
            `The ${baselineName(baseline)} reaches ${formatLoss(baseline.natsPerCharacter / Math.LN2)} bits per character`,
          ]),
      ...(memory === undefined ? [] : [eachAlone(best.natsPerCharacter, memory.alone)]),
      ...(finishing === undefined ? [] : [learnedSince]),
      `${effort}; the best at step ${formatCount(best.step)}`,
    ].join('  \n'),
    children: [],
  };
}

function corpusDetail({ corpus: { summary, documents } }: ModelDescription): Detail {
  const listed = documents.slice(0, longestList).map(({ name, characters }): Detail => {
    return { label: name, description: plural(characters, 'character'), icon: 'file', children: [] };
  });
  const others = summary.files - listed.length;
  return {
    label: 'Corpus',
    description: `${plural(summary.files, 'file')} · ${plural(summary.characters, 'character')}`,
    icon: 'files',
    children:
      others > 0
        ? [...listed, { label: `and ${formatCount(others)} more`, description: '', icon: 'ellipsis', children: [] }]
        : listed,
  };
}

function recipeDetail({ architecture, tokenizer, hyperparameters, seed }: ModelDescription): Detail {
  const { layers, hiddenSize, embeddingSize, vocabularySize } = architecture;
  const lines: readonly (readonly [string, string])[] = [
    [
      'Size',
      `${layers} x ${hiddenSize} units, embedding ${embeddingSize}, ${plural(parameterCount(architecture), 'parameter')}`,
    ],
    ['Tokeniser', `${tokenizer.kind}, ${plural(vocabularySize, 'token')}`],
    ['Batches', `${hyperparameters.batchSize} streams of ${hyperparameters.sequenceLength} tokens`],
    ['Rate', `${hyperparameters.peakLearningRate} at its peak`],
    [
      'Dropout',
      `${hyperparameters.dropout.embedding} after the embedding, ${hyperparameters.dropout.hidden} after the layers`,
    ],
    ['Seed', String(seed)],
  ];
  return {
    label: 'Hyperparameters',
    description: `${layers} x ${hiddenSize} · ${tokenizer.kind} · ${plural(parameterCount(architecture), 'parameter')}`,
    icon: 'settings',
    children: lines.map(([label, description]) => ({ label, description, icon: 'symbol-constant', children: [] })),
  };
}

function samplesDetail(samples: readonly Sample[]): Detail {
  return {
    label: 'Samples',
    description: `${formatCount(samples.length)}, newest first`,
    icon: 'quote',
    children: samples.slice(0, samplesListed).map(({ step, temperature, prompt, text }) => ({
      label: firstWords(text),
      description: `step ${formatCount(step)}, temperature ${temperature}`,
      icon: 'comment',
      tooltip: `${escapeMarkdown(prompt)} **|** ${escapeMarkdown(text)}`,
      children: [],
    })),
  };
}

/** The beginning of a text in one line. */
function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length > 80 ? `${characters.slice(0, 80).join('')}…` : line;
}

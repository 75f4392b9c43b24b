import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildCorpus } from '../../src/corpus/build';
import { type CorpusSource, defaultCorpusOptions } from '../../src/corpus/corpus';
import { DocumentReader } from '../../src/corpus/read/document';
import { summarize, surveyCorpus } from '../../src/corpus/survey/survey';
import type { TokenizerKind } from '../../src/corpus/tokenizers/tokenizer';
import { tokenizerTrainer } from '../../src/corpus/tokenizers/train';

/** What is measured, each in a process of its own: its peak memory is that process's. */
export type Stage = 'char' | 'again' | 'bpe' | 'learn bpe' | 'list' | 'cancel';

/** What a stage came to. */
export interface Outcome {
  readonly bytes: number;
  readonly files: number;
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly processorSeconds: number;
  /** Bytes. */
  readonly peak: number;
  /** Longest time that anything else in the process had to wait, milliseconds. */
  readonly lag: number;
  /** Seconds from an abort until it was obeyed; of `cancel` alone. */
  readonly obeyed?: number;
}

/** Does one stage on a folder and measures it. */
export async function measure(stage: Stage, folder: string, cacheFolder: string): Promise<Outcome> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const usage = process.cpuUsage();
  const start = performance.now();
  delay.enable();
  const done = await perform(stage, source(folder), cacheFolder);
  delay.disable();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(usage);
  return {
    ...done,
    seconds,
    processorSeconds: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS * 1024,
    lag: delay.max / 1e6,
  };
}

type Done = Pick<Outcome, 'bytes' | 'files' | 'obeyed'>;

async function perform(stage: Stage, corpus: CorpusSource, cacheFolder: string): Promise<Done> {
  switch (stage) {
    case 'char':
    case 'again':
      return build('char', corpus, cacheFolder);
    case 'bpe':
      return build('bpe', corpus, cacheFolder);
    case 'learn bpe':
      return learn(corpus);
    case 'list':
      return summarize(await surveyCorpus(corpus));
    case 'cancel':
      return cancel(corpus);
    default:
      return stage satisfies never;
  }
}

async function build(tokenizer: TokenizerKind, corpus: CorpusSource, cacheFolder: string): Promise<Done> {
  const { summary, dispose } = await buildCorpus(corpus, { ...defaultCorpusOptions, tokenizer }, { cacheFolder });
  dispose();
  return summary;
}

/** Counting and merging alone, of text that is read as a training reads it. */
async function learn(corpus: CorpusSource): Promise<Done> {
  const survey = await surveyCorpus(corpus);
  const trainer = tokenizerTrainer('bpe', defaultCorpusOptions);
  const reader = new DocumentReader();
  for (const { verdict } of survey.files) {
    if (verdict.kind === 'skipped') continue;
    for (const piece of reader.pieces(verdict.origin, verdict.language)) trainer.add(piece);
  }
  for (const finishing = trainer.finish(); !finishing.next().done;);
  return summarize(survey);
}

/** Aborts a survey half a second after it began. */
async function cancel(corpus: CorpusSource): Promise<Done> {
  const giveUp = new AbortController();
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    giveUp.abort();
  }, 500);
  const ended = await surveyCorpus(corpus, { signal: giveUp.signal }).catch(() => null);
  if (ended !== null) throw new Error('The survey was over before it could be given up: ask for more files.');
  return { bytes: 0, files: 0, obeyed: (performance.now() - aborted) / 1000 };
}

function source(folder: string): CorpusSource {
  const filters = { include: [], exclude: [], respectGitignore: true, maximumFileSize: 2 ** 30 };
  return { paths: [folder], root: folder, documents: [], filters };
}

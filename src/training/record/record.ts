/**
 * training/record/: what a run tells and leaves behind: events, history, progress, manifest of its corpus, lock and
 * backup.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { sealJson, sealOfJson } from '../../model/checksum';
import { hyperparametersSchema, savedHyperparameters } from '../../model/description';
import { realDisk, replaceFile } from '../../model/disk';
import { LineLog, readJsonLines, replaceJsonLines } from '../../model/jsonLines';
import { modelFiles } from '../../model/modelFiles';
import { readDescription } from '../../model/readModel';
import { readRegularText } from '../../model/regularFile';
import type { EvaluationEvent, TrainingEvent } from './events';
import { advanceRun, type Run } from './run';
import { RunJournal } from './runJournal';

/** The file that holds everything that can be shown of a run, so that a new window shows the whole curve. */
const runFile = modelFiles.run;

/**
 * Hears every event first: tells it on, folds it into the run, and writes what a model folder keeps. What only tells of a run
 * never ends it: where it can't be written, that is said once.
 */
export class RunRecord {
  /** What was told since the run was saved, for whoever follows it from another process. */
  private readonly journal: RunJournal;
  private readonly metricsLog: LineLog;
  private readonly samplesLog: LineLog;
  private hasFailed = false;
  private isOurs = true;

  /** @param run - what earlier sessions told */
  constructor(
    private readonly folder: string,
    private readonly report: (event: TrainingEvent) => void,
    private run: Run | null,
  ) {
    this.journal = new RunJournal(folder);
    this.metricsLog = new LineLog(join(folder, modelFiles.metrics));
    this.samplesLog = new LineLog(join(folder, modelFiles.samples));
  }

  /** Everything told until now. */
  get told(): Run | null {
    return this.run;
  }

  async tell(event: TrainingEvent): Promise<void> {
    this.run = advanceRun(this.run, event);
    if (!this.isOurs) {
      this.report(event);
      return;
    }
    // Nobody follows it any further: once its end is told, the folder is as it stays.
    if (event.type === 'finished') await this.journal.remove();
    this.report(event);
    if (this.run !== null) this.journal.add(this.run.started.at, event);
    if (event.type === 'evaluation') await this.trying(() => this.metricsLog.add(this.metrics(event)));
    if (event.type === 'sample') await this.trying(() => this.samplesLog.add(lineOf(event)));
  }

  /** An evaluation in every unit, with what the last progress event told. */
  private metrics(event: EvaluationEvent): object {
    const { gradientNorm, memory } = this.run?.progress.at(-1) ?? { gradientNorm: null, memory: null };
    const { natsPerCharacter } = event;
    const units = { bitsPerCharacter: natsPerCharacter / Math.LN2, perplexity: Math.exp(natsPerCharacter) };
    return { ...lineOf(event), ...units, gradientNorm, memory };
  }

  /** Saves the run as it has been told until now. */
  async save(): Promise<void> {
    const { run } = this;
    if (run === null) return;
    await this.trying(async () => {
      const content = Buffer.from(sealJson(encodeRun(run, this.journal.count)));
      await replaceFile(join(this.folder, runFile), [content], realDisk);
      this.journal.clear();
    });
  }

  /** The folder isn't this run's any more: from now on nothing in it is touched. */
  letGo(): void {
    this.isOurs = false;
    this.journal.letGo();
  }

  /** The session is over: there is nothing to be followed any more. */
  close(): Promise<void> {
    return this.journal.remove();
  }

  private async trying(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (this.hasFailed) return;
      this.hasFailed = true;
      const { step, seconds } = this.run?.progress.at(-1) ?? { step: this.run?.started.step ?? 0, seconds: 0 };
      const why = error instanceof Error ? error.message : String(error);
      const message = `The log of this training has gaps: ${why} Training goes on.`;
      await this.tell({ type: 'note', step, seconds, kind: 'not logged', message });
    }
  }
}

/**
 * The record of an earlier session, rid of what came after the checkpoint that training goes on from: those steps will be
 * taken again, and told again.
 * @param isScored the evaluation that is due at the checkpoint's step had been made when it was saved
 */
export async function reopenRecord(folder: string, step: number, isScored: boolean): Promise<Run | null> {
  const run = await readRun(folder);
  if (run === null) return null;
  const before = (event: { readonly step: number }) => event.step <= step;
  const scored = (event: { readonly step: number }) => event.step < step || (isScored && event.step === step);
  const kept: Run = {
    ...run,
    progress: run.progress.filter(before),
    evaluations: run.evaluations.filter(scored),
    samples: run.samples.filter(scored),
    notes: run.notes.filter(before),
  };
  await keepLines(join(folder, modelFiles.metrics), kept.evaluations);
  await keepLines(join(folder, modelFiles.samples), kept.samples);
  return kept;
}

/** Leaves those lines of a file that tell of an event that stays. */
async function keepLines(path: string, events: readonly { readonly step: number }[]): Promise<void> {
  const steps = new Set(events.map(({ step }) => step));
  const lines = await readJsonLines(path);
  const kept = lines.filter((line) => hasStep(line) && steps.has(line.step));
  // A log that can't be written keeps no training from going on.
  await replaceJsonLines(path, kept).catch(() => undefined);
}

/**
 * The run that made a model, as far as it was saved; null where none was, or it can't be read. A model may have been renamed,
 * moved or copied since: the run is told as that of the model where it stands now.
 */
export async function readRun(folder: string): Promise<Run | null> {
  return (await readSavedRun(folder))?.run ?? null;
}

/** As {@link readRun}, with how many events of its latest session are in it. */
export async function readSavedRun(folder: string): Promise<{ readonly run: Run; readonly told: number } | null> {
  try {
    const text = await readRegularText(join(folder, runFile));
    const saved: unknown = JSON.parse(text);
    if (sealOfJson(text) === 'changed' || !isSavedRun(saved)) return null;
    const { told, ...run } = saved;
    delete run.checksum;
    const { recipe, ...started } = run.started;
    const hyperparameters = v.parse(hyperparametersSchema, recipe);
    const { name } = await readDescription(folder).catch(() => started);
    return { run: { ...run, started: { ...started, hyperparameters, folder, name } }, told: told ?? 0 };
  } catch {
    return null;
  }
}

function lineOf(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'type'));
}

function hasStep(line: unknown): line is { readonly step: number } {
  return typeof line === 'object' && line !== null && 'step' in line && typeof line.step === 'number';
}

/** A run as its file holds it: hyperparameters have the name and the keys that they have in model.json. */
interface SavedRun extends Omit<Run, 'started'> {
  readonly started: Omit<Run['started'], 'hyperparameters'> & { readonly recipe: unknown };
  /** Events of its latest session that are in it. */
  readonly told?: number;
  /** Of the file: it says nothing of the run. */
  checksum?: string;
}

function encodeRun(run: Run, told: number): string {
  const { hyperparameters, ...started } = run.started;
  const saved: SavedRun = { ...run, started: { ...started, recipe: savedHyperparameters(hyperparameters) }, told };
  return JSON.stringify(saved);
}

/** A record is only ever shown, so its outline is all that is checked. */
function isSavedRun(value: unknown): value is SavedRun {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Partial<Record<keyof Run, unknown>>;
  const lists = [run.progress, run.evaluations, run.samples, run.notes];
  return typeof run.started === 'object' && run.started !== null && lists.every(isListOfEvents);
}

function isListOfEvents(list: unknown): boolean {
  return Array.isArray(list) && list.every(hasStep);
}

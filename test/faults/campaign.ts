/**
 * Tries deeds with faults: each deed runs in a process of its own, which is killed or has an operation fail, and then what it
 * leaves is looked at: no model is lost or damaged, each goes on to the end of its training, and once all are deleted nothing
 * is there.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { longSetAside, bringBack, removeSetAside, setAside } from '../../src/model/deletedModels';
import { modelFiles } from '../../src/model/modelFiles';
import { createModelFolder, listModels } from '../../src/model/modelFolder';
import { readModel } from '../../src/model/readModel';
import { packModel } from '../../src/model/packModel';
import { PackedModel } from '../../src/model/packedModel';
import { readSafetensors } from '../../src/model/safetensors';
import { TrainingControls } from '../../src/training/loop/controls';
import { train } from '../../src/training/loop/train';
import { sampleDescription } from '../unit/model/sampleModel';
import { type Bench, benchIn, elsewhereFolder, workFolder } from './bench';
import { type Beginning, type Deed, deeds } from './deeds';
import type { FaultKind } from './faultKind';

/** A fault at an operation of a deed. */
export interface Trial {
  readonly deed: string;
  readonly kind: FaultKind;
  /** Number of the operation, from 1. */
  readonly at: number;
}

/** What came of a trial. */
export interface Finding {
  readonly trial: Trial;
  /** How the deed ended: done in spite of it, failed and said so, or killed. */
  readonly end: 'done' | 'said' | 'killed' | 'wrong';
  /** What is wrong with what it left; empty where all is well. */
  readonly faults: readonly string[];
}

/** Errors whose messages are sentences for people. */
const namedErrors = ['StorageError', 'ModelError', 'NameError', 'UnsafePathError', 'RunLockedError'];

/** Another disk, as far as the machine has one at a known place. */
const otherDisk = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Faults in deeds, one after the other. Dispose of it after use. */
export class Campaign {
  private readonly folder = mkdtempSync(join(tmpdir(), 'textloom-faults-'));
  private readonly elsewhere = mkdtempSync(join(otherDisk, 'textloom-faults-'));
  private readonly templates = new Map<Beginning, Promise<string>>();
  private readonly results = new Map<string, Promise<string>>();
  private tries = 0;

  dispose(): void {
    for (const folder of [this.folder, this.elsewhere]) rmSync(folder, { recursive: true, force: true });
  }

  /** How many operations of a deed a kind of fault may come at. */
  async operations(deed: string, kind: FaultKind): Promise<number> {
    const folder = await this.stage(deed);
    const log = `${folder}.log`;
    const ended = await run(deed, folder, { TEXTLOOM_FAULT_KIND: kind, TEXTLOOM_FAULT_LOG: log });
    if (ended.code !== 0) throw new Error(`"${deed}" fails without any fault: ${ended.stdout} ${ended.stderr}`);
    const { length } = linesOf(log);
    this.clear(folder);
    return length;
  }

  /** The operations of a deed, as one line each. */
  async describe({ deed, kind, at }: Trial): Promise<string> {
    const folder = await this.stage(deed);
    const log = `${folder}.log`;
    await run(deed, folder, { TEXTLOOM_FAULT_KIND: kind, TEXTLOOM_FAULT_LOG: log });
    const line = linesOf(log)[at - 1] ?? '';
    this.clear(folder);
    return line.replaceAll(`${folder}/`, '');
  }

  async try(trial: Trial): Promise<Finding> {
    const folder = await this.stage(trial.deed);
    const deed = deeds[trial.deed]!;
    const before = await idsOf(benchIn(folder));
    const environment = { TEXTLOOM_FAULT_KIND: trial.kind, TEXTLOOM_FAULT_AT: String(trial.at) };
    const ended = await run(trial.deed, folder, environment);
    const { end, faults } = judge(ended);
    const bench = benchIn(folder);
    try {
      faults.push(...(await this.look(bench, deed, trial, before)));
    } catch (error) {
      faults.push(`can't be gone on with: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
    this.clear(folder);
    return { trial, end: faults.length > 0 ? 'wrong' : end, faults };
  }

  private async look(bench: Bench, deed: Deed, trial: Trial, before: readonly string[]): Promise<readonly string[]> {
    const faults: string[] = [];
    const isKill = trial.kind === 'kill' || trial.kind === 'torn';
    for (const aside of await longSetAside(bench.shelf, Infinity)) {
      if (existsSync(aside)) await bringBack(aside);
      else await removeSetAside(aside);
    }
    const listed = await listAll(bench);
    for (const model of listed) if (model.kind === 'damaged') faults.push(`damaged: ${model.reason}`);
    const after = await idsOf(bench);
    const isAcross = trial.deed === 'move to another disk';
    for (const id of before) {
      const times = after.filter((each) => each === id).length;
      if (times === 0 && deed.mayRemove !== true) faults.push('the model is lost');
      if (times > 1 && !isAcross) faults.push(`the model is there ${times} times`);
    }
    for (const model of listed) {
      if (model.kind === 'damaged') continue;
      if (model.description.best !== null) await readModel(model.folder);
      const job = await bench.goOn({ folder: model.folder, minutes: deed.repeats === true ? 0 : 0.1 });
      const end = await train(job, new TrainingControls());
      if (end.kind !== 'completed' && end.kind !== 'early stop')
        faults.push(`going on ended with ${JSON.stringify(end)}`);
      if (deed.repeats === true && isKill && (await contentOf(model.folder)) !== (await this.result(trial.deed)))
        faults.push('it did not end as one that is never interrupted');
      const strangers = readdirSync(model.folder).filter((name) => !knownFiles.has(name));
      if (strangers.length > 0) faults.push(`left in the model: ${strangers.join(', ')}`);
      if (model.folder === bench.model && trial.deed === 'export') await lookAtPacked(bench);
    }
    for (const place of [join(bench.shelf, '..', '..'), join(bench.shelfElsewhere, '..')]) age(place);
    for (const { folder } of await listAll(bench)) await removeSetAside(await setAside(folder));
    // What is left is swept by whoever makes and deletes a model there next.
    for (const shelf of [bench.shelf, bench.otherShelf, bench.shelfElsewhere].filter((each) => existsSync(each))) {
      const { folder } = await createModelFolder(shelf, sampleDescription());
      await removeSetAside(await setAside(folder));
    }
    const left = leftIn(bench);
    if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`);
    return faults;
  }

  /** What a deed makes when nothing fails. */
  private result(name: string): Promise<string> {
    const known = this.results.get(name);
    if (known !== undefined) return known;
    const making = (async () => {
      const folder = await this.stage(name);
      await run(name, folder, {});
      const content = await contentOf(benchIn(folder).model);
      this.clear(folder);
      return content;
    })();
    this.results.set(name, making);
    return making;
  }

  /** A new folder with what a deed begins with. */
  private async stage(name: string): Promise<string> {
    const deed = deeds[name];
    if (deed === undefined) throw new Error(`There is no deed "${name}".`);
    const folder = join(this.folder, `try${++this.tries}`);
    cpSync(await this.template(deed.beginning === 'deleted' ? 'finished' : deed.beginning), folder, {
      recursive: true,
    });
    const elsewhere = join(this.elsewhere, `try${this.tries}`);
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folder, elsewhereFolder));
    const bench = benchIn(folder);
    // Not in the template: what is set aside is known by what no copy keeps.
    if (deed.beginning === 'deleted') await setAside(bench.model);
    return folder;
  }

  private template(beginning: Beginning): Promise<string> {
    const known = this.templates.get(beginning);
    if (known !== undefined) return known;
    const making = this.makeTemplate(beginning);
    this.templates.set(beginning, making);
    return making;
  }

  private async makeTemplate(beginning: Beginning): Promise<string> {
    const folder = join(this.folder, beginning);
    const bench = benchIn(folder);
    mkdirSync(join(folder, workFolder), { recursive: true });
    switch (beginning) {
      case 'nothing':
        break;
      case 'interrupted': {
        const last = await this.operations('train', 'kill');
        await run('train', folder, { TEXTLOOM_FAULT_KIND: 'kill', TEXTLOOM_FAULT_AT: String(Math.ceil(0.7 * last)) });
        break;
      }
      case 'finished':
      case 'deleted':
        await run('train', folder, {});
        await run('index copies', folder, {});
        await packModel(bench.model, bench.sent, { withTraining: true });
        rmSync(bench.model, { recursive: true });
        await run('train', folder, {});
        await run('index copies', folder, {});
        break;
    }
    return folder;
  }

  private clear(folder: string): void {
    for (const path of [folder, `${folder}.log`, folder.replace(this.folder, this.elsewhere)]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

const knownFiles = new Set<string>(Object.values(modelFiles));

function run(deed: string, folder: string, fault: Readonly<Record<string, string>>): Promise<Ended> {
  const programs = join(process.cwd(), 'dist', 'test', 'faults');
  const roots = JSON.stringify([join(folder, workFolder), join(folder, elsewhereFolder)]);
  const args = ['--require', join(programs, 'injector.js'), join(programs, 'program.js'), deed, folder];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...fault, TEXTLOOM_FAULT_ROOTS: roots };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** How a process ended, and what of that is wrong. */
function judge({ code, signal, stdout, stderr }: Ended): { end: Finding['end']; faults: string[] } {
  if (signal === 'SIGKILL') return { end: 'killed', faults: [] };
  if (code === 0) return { end: 'done', faults: [] };
  const told = stdout === '' ? { name: 'none', message: stderr } : (JSON.parse(stdout) as Record<string, string>);
  if (namedErrors.includes(told['name'] ?? '')) return { end: 'said', faults: [] };
  return { end: 'wrong', faults: [`raw error: ${told['name']}: ${told['message']}`] };
}

async function listAll({ shelf, otherShelf, shelfElsewhere }: Bench) {
  return (await Promise.all([shelf, otherShelf, shelfElsewhere].map((folder) => listModels(folder)))).flat();
}

/** Ids of all models, deleted ones too. */
async function idsOf(bench: Bench): Promise<readonly string[]> {
  const aside = await longSetAside(bench.shelf, Infinity);
  const kept = await Promise.all(aside.map((folder) => listModels(join(folder, '..'))));
  return [...(await listAll(bench)), ...kept.flat()].flatMap((model) =>
    model.kind === 'model' ? [model.description.id] : [],
  );
}

async function lookAtPacked({ model, packed }: Bench): Promise<void> {
  if (existsSync(packed)) {
    const found = await PackedModel.open(packed);
    await found.verify().finally(() => found.close());
  }
  await packModel(model, packed);
  rmSync(packed);
}

/** All that must not depend on interruptions, as text. */
async function contentOf(folder: string): Promise<string> {
  const { description, parameters } = await readModel(folder);
  const { tensors } = await readSafetensors(join(folder, modelFiles.checkpoint));
  const numbers = [...parameters, ...tensors].map(([name, { data }]) => [
    name,
    Buffer.from(data.buffer).toString('base64'),
  ]);
  return JSON.stringify([description.best?.natsPerToken, numbers]);
}

/** Has all that was left look as if it were from an hour ago: what is new may be somebody's who is at work. */
function age(folder: string): void {
  const then = new Date(Date.now() - 3_600_000);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(folder, name), then, then);
}

/** What is left where no model is any more. */
function leftIn({ shelf, otherShelf, shelfElsewhere }: Bench): readonly string[] {
  const work = join(shelf, '..', '..');
  return [work, join(shelfElsewhere, '..')].flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .map((name) => join(place, name))
      .filter((path) => ![shelf, otherShelf, shelfElsewhere, join(shelf, '..')].includes(path))
      .filter((path) => path !== join(shelf, '..', '.gitignore'))
      .map((path) => `${relative(work, path)}${statSync(path).isDirectory() ? '/' : ''}`),
  );
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

/**
 * corpus/survey/: what becomes of each candidate, and why: secrets, machine-made text, copies of other documents. Every
 * file is read once for all of it.
 */
import type { DocumentsChoice, ItemSummary } from '../../model/itemForm';
import type { CorpusSource, CorpusSummary, Document, SkipReason } from '../corpus';
import { formOf } from '../items/layout';
import { Pace, type WorkOptions } from '../pace';
import { type Encoding, encodingName } from '../read/reading';
import { wishedEncoding } from '../read/wishedEncoding';
import { isKept } from '../select/fileFilter';
import { type ListedFile, listFiles } from '../select/listing';
import { distinctName, reasonByName } from '../select/names';
import { type Candidate, type FileSource, type Inspection, Inspector } from './inspection';
import { SurveyMemory } from './surveyMemory';
import { Judge, type Verdict } from './verdict';

/** A file or text that was found, and what became of it. */
export interface SurveyedFile {
  /** As the user would name it: relative to the root, with forward slashes; a folder's name ends in one. */
  readonly name: string;
  readonly bytes: number;
  readonly verdict: Verdict;
  /** It was picked by hand outside of the root. */
  readonly outside?: boolean;
}

/** Every file that a source stands for, each once, with a verdict. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
}

/**
 * Lists what a source stands for and reads it all once, to say of each file whether it will be trained on and why not.
 * No file makes it fail. Files that haven't changed since an earlier survey aren't read again.
 * @param room Code units of text that the survey may hold on to, so that they needn't be read again.
 * @throws CorpusError as {@link listFiles} does; the signal's reason once it is aborted.
 */
export async function surveyCorpus(source: CorpusSource, options: WorkOptions = {}, room = 0): Promise<Survey> {
  const listed = await listFiles(source, options);
  const pace = new Pace('reading', options);
  const memory = await SurveyMemory.load(options.cacheFolder, source.root);
  const surveyor = new Surveyor(source, new Inspector(pace), memory, room);
  const files: SurveyedFile[] = [];
  for (const file of listed) {
    files.push(await surveyor.file(file));
    pace.add(1, 0);
    if (pace.due) await pace.rest();
  }
  for (const document of surveyor.textsLeft(files.map((file) => file.name))) {
    files.push(await surveyor.text({ name: document.name, picked: source.documents.length === 1 }, document));
    pace.add(1, 0);
  }
  pace.finish();
  await memory.save();
  return { files };
}

/** Surveys files and texts one after the other. */
class Surveyor {
  private readonly judge: Judge;
  /** By the name of the file that they stand in for, if there is one. */
  private readonly texts = new Map<string, Document>();
  /** Texts that stand in for no file, whatever they are called. */
  private readonly others: Document[] = [];

  constructor(
    private readonly source: CorpusSource,
    private readonly inspector: Inspector,
    private readonly memory: SurveyMemory,
    private room: number,
  ) {
    this.judge = new Judge(source.filters);
    for (const document of source.documents) {
      const { name } = document;
      if (this.texts.has(name)) this.others.push(document);
      else this.texts.set(name, document);
    }
  }

  /** Texts that stood in for no file so far. No two have the same name, and none has one of these. */
  textsLeft(names: Iterable<string>): readonly Document[] {
    const taken = new Set(names);
    return [...this.texts.values(), ...this.others].map((document) => {
      const own = distinctName(document.name, taken);
      taken.add(own);
      return { ...document, name: own };
    });
  }

  async file(listed: ListedFile): Promise<SurveyedFile> {
    const { name, path, reason, stamp } = listed;
    const text = this.texts.get(name);
    this.texts.delete(name);
    const readable = reason === null || reason === 'too large' || reason === 'unreadable';
    if (text !== undefined && readable) return this.text(listed, text);
    if (reason !== null) return { name, bytes: stamp.bytes, verdict: { kind: 'skipped', reason } };
    const wish = wishedEncoding(this.source, path);
    const verdict = this.judge.file(await this.inspection(listed, wish), name, path, wish);
    if (verdict.kind === 'included' && verdict.origin.kind === 'text') {
      this.room -= verdict.origin.pieces.reduce((sum, piece) => sum + piece.length, 0);
    }
    return { name, bytes: stamp.bytes, verdict, ...(listed.outside === true && { outside: true }) };
  }

  /** A text that was handed in: where it was picked, nothing but a secret is left out by its name. */
  async text(candidate: Candidate, { text, reading }: Document): Promise<SurveyedFile> {
    const { name, picked } = candidate;
    const bytes = Buffer.byteLength(text);
    const { keep } = this.source.filters;
    const named = reasonByName(name);
    const leftOut = named === 'secret' || (!picked && named !== 'binary');
    if (named !== null && leftOut && !isKept(this.source.filters, named))
      return { name, bytes, verdict: { kind: 'skipped', reason: named } };
    return {
      name,
      bytes,
      verdict: this.judge.text(await this.inspector.text(text, { ...candidate, keep }), name, reading ?? null),
    };
  }

  private async inspection(listed: ListedFile, wish: Encoding | undefined): Promise<Inspection<FileSource>> {
    const { path, stamp, name, picked } = listed;
    const candidate = { name, picked, wish, keep: this.source.filters.keep };
    const remembered = this.memory.recall(path, stamp, candidate);
    if (remembered) return remembered;
    const inspection = await this.inspector.file(path, candidate, this.room);
    this.memory.remember(path, stamp, candidate, inspection);
    return inspection;
  }
}

const mostExamples = 5;

/** A survey in numbers. @param documents What documents are to be: see {@link CorpusOptions} */
export function summarize(survey: Survey, documents: DocumentsChoice = 'files'): CorpusSummary {
  const languages = new Map<string, { language: string; files: number; characters: number }>();
  const skipped = new Map<SkipReason, string[]>();
  const secretLines = new Map<string, number>();
  const encodings = new Map<string, string[]>();
  const damaged: string[] = [];
  let bytes = 0;
  let outside = 0;
  let unreadable = 0;
  for (const { name, bytes: size, verdict, outside: isOutside } of survey.files) {
    if (verdict.kind === 'skipped') {
      listUnder(skipped, verdict.reason).push(name);
      continue;
    }
    const { language, characters } = verdict;
    const counts = languages.get(language) ?? { language, files: 0, characters: 0 };
    languages.set(language, { language, files: counts.files + 1, characters: counts.characters + characters });
    for (const [rule, lines] of verdict.secretLines) secretLines.set(rule, (secretLines.get(rule) ?? 0) + lines);
    bytes += size;
    if (isOutside === true) outside++;
    const { reading } = verdict;
    if (reading !== null && reading.encoding !== 'utf8')
      listUnder(encodings, encodingName(reading.encoding)).push(name);
    if (reading !== null && reading.unreadable > 0) {
      damaged.push(name);
      unreadable += reading.unreadable;
    }
  }
  const byLanguage = [...languages.values()];
  const items = summarizeItems(survey, documents);
  return {
    files: byLanguage.reduce((sum, { files }) => sum + files, 0),
    characters: byLanguage.reduce((sum, { characters }) => sum + characters, 0),
    bytes,
    languages: byLanguage.sort((a, b) => b.characters - a.characters || (a.language < b.language ? -1 : 1)),
    skipped: [...skipped]
      .map(([reason, names]) => ({ reason, ...counted(names) }))
      .sort((a, b) => b.files - a.files || (a.reason < b.reason ? -1 : 1)),
    secretLines: [...secretLines]
      .map(([rule, lines]) => ({ rule, lines }))
      .sort((a, b) => b.lines - a.lines || (a.rule < b.rule ? -1 : 1)),
    ...(outside > 0 && { outside }),
    ...(encodings.size > 0 && {
      encodings: [...encodings]
        .map(([encoding, names]) => ({ encoding, ...counted(names) }))
        .sort((a, b) => b.files - a.files || (a.encoding < b.encoding ? -1 : 1)),
    }),
    ...(damaged.length > 0 && { unreadable: { bytes: unreadable, ...counted(damaged) } }),
    ...(items && { items }),
  };
}

function counted(names: readonly string[]): { readonly files: number; readonly examples: readonly string[] } {
  return { files: names.length, examples: names.slice(0, mostExamples) };
}

/** The items of the form that has most text; null where no file is made of items. */
export function summarizeItems(survey: Survey, documents: DocumentsChoice = 'files'): ItemSummary | null {
  const forms = new Map<string, ItemSummary>();
  const names: string[] = [];
  for (const { name, verdict } of survey.files) {
    if (verdict.kind === 'skipped') continue;
    const { layout, characters } = verdict;
    const form = formOf(layout, documents);
    if (form === null) continue;
    names.push(name);
    const separator = form.unit === 'lines' ? '' : form.separator;
    const key = JSON.stringify(form);
    const start = form.unit === 'blocks' && form.start !== undefined ? { start: form.start } : {};
    const found = forms.get(key) ?? { unit: form.unit, separator, ...start, items: 0, files: 0, characters: 0 };
    forms.set(key, {
      ...found,
      items: found.items + (form.unit === 'lines' ? layout.lines : layout.blocks),
      files: found.files + 1,
      characters: found.characters + characters,
    });
  }
  const [largest] = [...forms.values()].sort((a, b) => b.characters - a.characters);
  if (largest === undefined) return null;
  const noun = itemNoun(names);
  return noun === null ? largest : { ...largest, noun };
}

/** What items are called by the file that holds them, "names" say, or by its kind; null where neither tells. */
function itemNoun(names: readonly string[]): string | null {
  if (names.every((name) => name.endsWith('.abc'))) return 'tunes';
  const [stem] = names.length === 1 ? (/[^/]+?(?=\.[^./]*$|$)/.exec(names[0] ?? '') ?? []) : [];
  const word = stem?.split(/[-_ .]/).find((part) => /^[a-z]{2,}[^s\W\d]s$/i.test(part));
  return word?.toLowerCase() ?? null;
}

function listUnder<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

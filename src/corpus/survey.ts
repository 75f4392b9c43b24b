import type { CorpusSource, CorpusSummary, SkipReason } from './corpus';
import { type Candidate, type Verdict, Inspector } from './inspection';
import { type ListedFile, listFiles } from './listing';
import { reasonByName } from './names';
import { Pace, type WorkOptions } from './pace';

/** A file or text that was found, and what became of it. */
export interface SurveyedFile {
  /** As the user would name it: relative to the root, with forward slashes; a folder's name ends in one. */
  readonly name: string;
  readonly bytes: number;
  readonly verdict: Verdict;
}

/** Every file that a source stands for, each once, with a verdict. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
}

/**
 * Lists what a source stands for and reads it all once, to say of each file whether it will be trained on and why not.
 * No file makes it fail.
 * @param room Code units of text that the survey may hold on to, so that they needn't be read again.
 * @throws the signal's reason once it is aborted.
 */
export async function surveyCorpus(source: CorpusSource, options: WorkOptions = {}, room = 0): Promise<Survey> {
  const listed = await listFiles(source, options);
  const pace = new Pace('reading', options);
  const inspector = new Inspector(pace, room);
  const texts = new Map(source.documents.map(({ name, text }) => [name, text]));
  const files: SurveyedFile[] = [];
  for (const file of listed) {
    files.push(await surveyFile(file, texts.get(file.name), inspector));
    texts.delete(file.name);
    pace.add(1, 0);
    if (pace.due) await pace.rest();
  }
  for (const [name, text] of texts) {
    // One text was picked as it is; many are a folder that only the editor can read.
    files.push(await surveyText({ name, picked: source.documents.length === 1 }, text, inspector));
    pace.add(1, 0);
  }
  pace.finish();
  return { files };
}

/** @param text What stands in for the file's content, if anything does. */
async function surveyFile(file: ListedFile, text: string | undefined, inspector: Inspector): Promise<SurveyedFile> {
  const { name, path, bytes, reason } = file;
  if (text !== undefined && (reason === null || reason === 'too large' || reason === 'unreadable')) {
    return { name, bytes: Buffer.byteLength(text), verdict: await inspector.text(text, file) };
  }
  if (reason !== null) return { name, bytes, verdict: { kind: 'skipped', reason } };
  return { name, bytes, verdict: await inspector.file(path, file) };
}

/** A text that is no file of the source. */
async function surveyText(candidate: Candidate, text: string, inspector: Inspector): Promise<SurveyedFile> {
  const { name, picked } = candidate;
  const bytes = Buffer.byteLength(text);
  const named = reasonByName(name);
  const leftOut = named === 'secret' || (!picked && named !== 'binary');
  if (named !== null && leftOut) return { name, bytes, verdict: { kind: 'skipped', reason: named } };
  return { name, bytes, verdict: await inspector.text(text, candidate) };
}

const mostExamples = 5;

/** A survey in numbers. */
export function summarize(survey: Survey): CorpusSummary {
  const languages = new Map<string, { language: string; files: number; characters: number }>();
  const skipped = new Map<SkipReason, string[]>();
  const secretLines = new Map<string, number>();
  let bytes = 0;
  for (const { name, bytes: size, verdict } of survey.files) {
    if (verdict.kind === 'skipped') {
      listUnder(skipped, verdict.reason).push(name);
      continue;
    }
    const { language, characters } = verdict;
    const counts = languages.get(language) ?? { language, files: 0, characters: 0 };
    languages.set(language, { language, files: counts.files + 1, characters: counts.characters + characters });
    for (const [rule, lines] of verdict.secretLines) secretLines.set(rule, (secretLines.get(rule) ?? 0) + lines);
    bytes += size;
  }
  const byLanguage = [...languages.values()];
  return {
    files: byLanguage.reduce((sum, { files }) => sum + files, 0),
    characters: byLanguage.reduce((sum, { characters }) => sum + characters, 0),
    bytes,
    languages: byLanguage.sort((a, b) => b.characters - a.characters || (a.language < b.language ? -1 : 1)),
    skipped: [...skipped]
      .map(([reason, names]) => ({ reason, files: names.length, examples: names.slice(0, mostExamples) }))
      .sort((a, b) => b.files - a.files || (a.reason < b.reason ? -1 : 1)),
    secretLines: [...secretLines]
      .map(([rule, lines]) => ({ rule, lines }))
      .sort((a, b) => b.lines - a.lines || (a.rule < b.rule ? -1 : 1)),
  };
}

function listUnder<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

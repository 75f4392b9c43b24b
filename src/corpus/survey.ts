import type { CorpusSource, CorpusSummary, SkipReason } from './corpus';
import { type Judgement, type Verdict, Inspector } from './inspection';
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
 * No file makes it fail. @throws the signal's reason once it is aborted.
 */
export async function surveyCorpus(source: CorpusSource, options: WorkOptions = {}): Promise<Survey> {
  const listed = await listFiles(source, options);
  const pace = new Pace('reading', options);
  const inspector = new Inspector(pace);
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
    files.push(await surveyText(name, text, source.documents.length === 1 ? 'picked' : 'walked', inspector));
    pace.add(1, 0);
  }
  pace.finish();
  return { files: withoutCopies(files) };
}

/** @param text What stands in for the file's content, if anything does. */
async function surveyFile(file: ListedFile, text: string | undefined, inspector: Inspector): Promise<SurveyedFile> {
  const { name, path, bytes, reason } = file;
  const judgement = file.picked ? 'picked' : 'walked';
  if (text !== undefined && (reason === null || reason === 'too large' || reason === 'unreadable')) {
    return { name, bytes: Buffer.byteLength(text), verdict: await inspector.text(text, name, judgement) };
  }
  if (reason !== null) return { name, bytes, verdict: { kind: 'skipped', reason } };
  return { name, bytes, verdict: await inspector.file(path, name, judgement) };
}

/** A text that is no file of the source. */
async function surveyText(
  name: string,
  text: string,
  judgement: Judgement,
  inspector: Inspector,
): Promise<SurveyedFile> {
  const bytes = Buffer.byteLength(text);
  const named = reasonByName(name);
  const leftOut = named === 'secret' || (judgement === 'walked' && named !== 'binary');
  if (named !== null && leftOut) return { name, bytes, verdict: { kind: 'skipped', reason: named } };
  return { name, bytes, verdict: await inspector.text(text, name, judgement) };
}

/** Of files with equal content, the first stays. */
function withoutCopies(files: readonly SurveyedFile[]): readonly SurveyedFile[] {
  const seen = new Set<string>();
  return files.map((file) => {
    if (file.verdict.kind === 'skipped') return file;
    const { hash } = file.verdict;
    if (seen.has(hash)) return { ...file, verdict: { kind: 'skipped', reason: 'duplicate' } };
    seen.add(hash);
    return file;
  });
}

const mostExamples = 5;

/** A survey in numbers. */
export function summarize(survey: Survey): CorpusSummary {
  const languages = new Map<string, { files: number; characters: number }>();
  const skipped = new Map<SkipReason, string[]>();
  let bytes = 0;
  for (const { name, bytes: size, verdict } of survey.files) {
    if (verdict.kind === 'skipped') {
      const names = skipped.get(verdict.reason);
      if (names) names.push(name);
      else skipped.set(verdict.reason, [name]);
    } else {
      const { files, characters } = languages.get(verdict.language) ?? { files: 0, characters: 0 };
      languages.set(verdict.language, { files: files + 1, characters: characters + verdict.characters });
      bytes += size;
    }
  }
  const byLanguage = [...languages].map(([language, counts]) => ({ language, ...counts }));
  const byReason = [...skipped].map(([reason, names]) => ({
    reason,
    files: names.length,
    examples: names.slice(0, mostExamples),
  }));
  return {
    files: byLanguage.reduce((sum, { files }) => sum + files, 0),
    characters: byLanguage.reduce((sum, { characters }) => sum + characters, 0),
    bytes,
    languages: byLanguage.sort((a, b) => b.characters - a.characters || (a.language < b.language ? -1 : 1)),
    skipped: byReason.sort((a, b) => b.files - a.files || (a.reason < b.reason ? -1 : 1)),
    secretLines: [],
  };
}

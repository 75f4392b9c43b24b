import { formatPercent } from '../../base/format';
import type { CorpusDocument } from '../../corpus/corpus';
import type { WorkOptions } from '../../corpus/pace';
import { type FreshTexts, renewedSource } from '../../corpus/read/renewal';
import { type Survey, surveyCorpus } from '../../corpus/survey/survey';
import { type KnownDocument, readCorpusManifest } from './corpusManifest';

/** How much of the text of a model has changed since it was trained. */
export interface CorpusChange {
  readonly files: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    /** As they were. */
    readonly same: number;
  };
  /** Characters of added and changed files, as a share of all that is there now. */
  readonly newShare: number;
}

/** A document as it is now. */
export type CurrentDocument = Pick<CorpusDocument, 'name' | 'characters' | 'hash'>;

/** What has become of documents. */
export function compare(before: readonly KnownDocument[], now: readonly CurrentDocument[]): CorpusChange {
  const known = new Map(before.map(({ name, hash }) => [name, hash]));
  const fresh = freshDocuments(before, now);
  const changed = fresh.filter(({ name }) => known.has(name)).length;
  const names = new Set(now.map(({ name }) => name));
  return {
    files: {
      added: fresh.length - changed,
      changed,
      removed: before.filter(({ name }) => !names.has(name)).length,
      same: now.length - fresh.length,
    },
    newShare: charactersOf(fresh) / Math.max(1, charactersOf(now)),
  };
}

/** Those documents whose text wasn't there before, under whatever name. */
export function freshDocuments<T extends CurrentDocument>(
  before: readonly KnownDocument[],
  now: readonly T[],
): readonly T[] {
  const hashes = new Set(before.map(({ hash }) => hash));
  return now.filter(({ hash }) => !hashes.has(hash));
}

/** Whether anything has changed. */
export function isChanged({ files }: CorpusChange): boolean {
  return files.added + files.changed + files.removed > 0;
}

/** A change in a few words: "12% of its text is in new or changed files (3 added, 1 changed, 2 removed)". */
export function changeText({ files, newShare }: CorpusChange): string {
  const parts = [
    files.added > 0 ? `${files.added} added` : '',
    files.changed > 0 ? `${files.changed} changed` : '',
    files.removed > 0 ? `${files.removed} removed` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'its text has not changed';
  const share =
    newShare > 0 ? `${percent(newShare)} of its text is in new or changed files` : 'some of its text has gone';
  return `${share} (${parts.join(', ')})`;
}

function percent(share: number): string {
  return share < 0.01 ? 'less than 1%' : formatPercent(share);
}

function charactersOf(documents: readonly { readonly characters: number }[]): number {
  return documents.reduce((sum, { characters }) => sum + characters, 0);
}

/**
 * Looks how much of a model's text has changed; files that haven't been touched since a survey aren't read again.
 * @param fresh See {@link renewedSource}.
 * @returns null for a model that doesn't say what its text was
 * @throws ModelError where it isn't known here what the model was trained on; CorpusError where that isn't here any more; the
 * signal's reason
 */
export async function corpusChange(
  folder: string,
  work: WorkOptions = {},
  fresh?: FreshTexts,
): Promise<CorpusChange | null> {
  const { source, documents } = await readCorpusManifest(folder);
  if (documents === undefined) return null;
  return compare(documents, currentDocuments(await surveyCorpus(renewedSource(source, fresh), work)));
}

/** The documents that a survey has found. */
export function currentDocuments({ files }: Survey): readonly CurrentDocument[] {
  return files.flatMap(({ name, verdict }) =>
    verdict.kind === 'included' ? [{ name, characters: verdict.characters, hash: verdict.hash }] : [],
  );
}

import { formatPercent } from '../../base/format';
import type { CorpusDocument } from '../../corpus/corpus';
import type { KnownDocument } from './corpusManifest';

/** How much of the text of a model has changed since it was trained. */
export interface CorpusChange {
  readonly files: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    /** As they were. */
    readonly same: number;
  };
  /**
   * Characters of added files, and those that changed ones have more of, as a share of all that is there now. What was
   * rewritten inside a file isn't known, so that with changed files it may be more.
   */
  readonly newShare: number;
}

/** A document as it is now. */
export type CurrentDocument = Pick<CorpusDocument, 'name' | 'characters' | 'hash'>;

/** What has become of documents. */
export function compare(before: readonly KnownDocument[], now: readonly CurrentDocument[]): CorpusChange {
  const known = new Map(before.map(({ name, characters }) => [name, characters]));
  const fresh = freshDocuments(before, now);
  const changed = fresh.filter(({ name }) => known.has(name)).length;
  const more = fresh.map(({ name, characters }) => Math.max(0, characters - (known.get(name) ?? 0)));
  const names = new Set(now.map(({ name }) => name));
  return {
    files: {
      added: fresh.length - changed,
      changed,
      removed: before.filter(({ name }) => !names.has(name)).length,
      same: now.length - fresh.length,
    },
    newShare: sum(more) / Math.max(1, sum(now.map(({ characters }) => characters))),
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

/** A change in a few words: "at least 12% of its text is new (3 added, 1 changed, 2 removed)". */
export function changeText({ files, newShare }: CorpusChange): string {
  const parts = [
    files.added > 0 ? `${files.added} added` : '',
    files.changed > 0 ? `${files.changed} changed` : '',
    files.removed > 0 ? `${files.removed} removed` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'its text has not changed';
  return `${shareText(files.changed, newShare)} (${parts.join(', ')})`;
}

function shareText(changed: number, newShare: number): string {
  if (newShare > 0) return `${changed > 0 ? 'at least ' : ''}${percent(newShare)} of its text is new`;
  return changed > 0 ? 'some of its text has changed' : 'some of its text has gone';
}

function percent(share: number): string {
  return share < 0.01 ? 'less than 1%' : formatPercent(share);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import type { CorpusDocument, FolderWeights } from '../../corpus/corpus';
import { weigher } from '../../corpus/tokens/weights';
import { freshDocuments } from '../record/corpusChange';
import type { KnownDocument } from '../record/corpusManifest';

/** New text comes up at most so often for each time that the old does. */
const mostOften = 8;

/** More new documents than this are no small addition: they need no help to be learned. */
const mostDocuments = 2000;

/**
 * Weights with which a model learns new text and keeps what it knows: old and new text come up alike often, as far as
 * that is possible without repeating the new too much. Never does the old come up less than half of the time, unless it
 * is the smaller part anyway.
 */
export function topUpWeights(
  before: readonly KnownDocument[],
  now: readonly Pick<CorpusDocument, 'name' | 'characters' | 'hash'>[],
  weights: FolderWeights = {},
): FolderWeights {
  const fresh = freshDocuments(before, now);
  const [added, all] = [charactersOf(fresh), charactersOf(now)];
  if (added === 0 || fresh.length > mostDocuments) return weights;
  const times = Math.min(mostOften, Math.round((all - added) / added));
  if (times < 2) return weights;
  const weightOf = weigher(weights);
  const own = fresh.map(({ name }) => [name, times * weightOf(name)] as const);
  return { ...weights, ...Object.fromEntries(own) };
}

function charactersOf(documents: readonly { readonly characters: number }[]): number {
  return documents.reduce((sum, { characters }) => sum + characters, 0);
}

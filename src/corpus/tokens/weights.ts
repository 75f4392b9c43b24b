import { Random } from '../../model/model';
import type { FolderWeights } from '../corpus';
import { type DocumentSplit, isSmall, type Sized, trainedCharacters } from './split';

/** Says the weight of a document, by its name: that of the longest path which holds it. */
export function weigher(weights: FolderWeights): (name: string) => number {
  const byPath = new Map<string, number>();
  for (const [path, weight] of Object.entries(weights)) {
    const own = path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
    if (!byPath.has(own)) byPath.set(own, weight);
  }
  const everywhere = byPath.get('') ?? 1;
  if (byPath.size === 0) return () => 1;
  return (name) => {
    for (let path = name; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      const weight = byPath.get(path);
      if (weight !== undefined) return weight;
    }
    return everywhere;
  };
}

/**
 * How much of a document is trained on in each round of an epoch, in code points from its start: Infinity for all that isn't
 * held out. A weight of 2 makes two rounds; what is left over makes a last one: of a large document its beginning in that
 * share, of small ones, whole, that share of all, drawn by name and seed. No rounds, for a light document that wasn't drawn, or
 * one that is held out. What is held out is held out once, whatever the weight.
 */
export function roundsOf(document: Sized, split: DocumentSplit, weight: number, seed: number): readonly number[] {
  const training = trainedCharacters(document, split);
  if (training === 0) return [];
  const whole = Math.floor(weight);
  const rounds = Array.from({ length: whole }, () => Infinity);
  const rest = weight - whole;
  if (rest === 0) return rounds;
  if (!isSmall(document)) return [...rounds, Math.round(training * rest)];
  const isDrawn = Random.seeded(seed, `weight of ${document.name}`).uniform() < rest;
  return isDrawn ? [...rounds, Infinity] : rounds;
}

/** The same of a document that is made of items: what share of its training items each round of an epoch reads. */
export function itemRoundsOf(weight: number): readonly number[] {
  const whole = Math.floor(weight);
  const rounds = Array.from({ length: whole }, () => 1);
  return weight === whole ? rounds : [...rounds, weight - whole];
}

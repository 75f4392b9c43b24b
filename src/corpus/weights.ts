import { Random } from '../model/model';
import type { FolderWeights } from './corpus';
import { isSmall, type Share, type Sized } from './split';

/** The weight of a document. */
export function weightOf(name: string, weights: FolderWeights): number {
  const holding = Object.entries(weights)
    .map(([path, weight]) => ({ path: path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, ''), weight }))
    .filter(({ path }) => path === '' || name === path || name.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length);
  return holding[0]?.weight ?? 1;
}

/**
 * What of a document's training part is read in each round of an epoch, in code points from its start. A weight of 2
 * makes two rounds; what is left over makes a last one: of a large document its beginning in that share, of small ones,
 * whole, that share of all, drawn by name and seed. No rounds, for a light document that wasn't drawn. What is held out
 * is held out once, whatever the weight.
 */
export function roundsOf(document: Sized, { training }: Share, weight: number, seed: number): readonly number[] {
  const whole = Math.floor(weight);
  const rounds = Array.from({ length: whole }, () => training);
  const rest = weight - whole;
  if (rest === 0) return rounds;
  if (!isSmall(document)) return [...rounds, Math.round(training * rest)];
  const isDrawn = Random.seeded(seed, `weight of ${document.name}`).uniform() < rest;
  return isDrawn ? [...rounds, training] : rounds;
}

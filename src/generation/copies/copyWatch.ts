import type { CopyIndex, CopyPlace } from './copyIndex';
import { Fingerprints, gramLength } from './fingerprints';

/** A passage of a text that stands verbatim in the corpus. */
export interface Copy extends CopyPlace {
  /** Code units of the text before it. */
  readonly start: number;
  /** Code units that are copied. By fingerprints alone, the passage may go on for up to a window at both ends. */
  readonly length: number;
}

/**
 * Every span of fingerprints that a text shares with a place of the corpus, where it may be part of a passage of so many
 * units: the passages themselves are found by reading on at both ends of each.
 */
export function spansIn(text: string, index: CopyIndex, shortest: number): readonly Copy[] {
  const watch = new CopyWatch(index, spanOf(shortest, index));
  watch.push(text);
  return watch.spans();
}

/** Least span of fingerprints that a passage of so many units may have. */
export function spanOf(units: number, { parts }: CopyIndex): number {
  return Math.max(gramLength, units - 2 * (parts.window - 1));
}

/** Passages that lie apart, in order; of those that overlap, the longest. */
export function longestApart(copies: readonly Copy[]): readonly Copy[] {
  const chosen: Copy[] = [];
  for (const copy of [...copies].sort((one, other) => other.length - one.length)) {
    const { start, length } = copy;
    if (chosen.every((other) => start >= other.start + other.length || start + length <= other.start))
      chosen.push(copy);
  }
  return chosen.sort((one, other) => one.start - other.start);
}

/** A passage that is being followed along the corpus. */
interface Trail {
  readonly start: number;
  end: number;
  /** Where its start stands in the corpus. */
  readonly position: number;
}

/** Watches a text as it is written for passages of at least so many units that stand in the corpus. */
export class CopyWatch {
  private readonly fingerprints: Fingerprints;
  private readonly found: Trail[] = [];
  /** How many of them there were before the last piece. */
  private foundBefore = 0;
  /** By the distance between text and corpus, which stays the same along a copied passage. */
  private trails = new Map<number, Trail>();

  constructor(
    private readonly index: CopyIndex,
    private readonly shortest: number,
  ) {
    this.fingerprints = new Fingerprints(index.parts.window);
  }

  /** Reads the next piece of the text. */
  push(piece: string): void {
    this.foundBefore = this.found.length;
    for (let i = 0; i < piece.length; i++) {
      if (this.fingerprints.push(piece.charCodeAt(i))) this.follow(this.fingerprints.hash, this.fingerprints.start);
    }
  }

  /** The spans, as {@link spans} has them, that the last piece read ends in or near, or had an end of. */
  recent(): readonly Copy[] {
    return this.copiesOf([...this.found.slice(this.foundBefore), ...this.trails.values()]);
  }

  /** The passages found, in order; of those that overlap, the longest. */
  copies(): readonly Copy[] {
    return longestApart(this.spans());
  }

  /** The same with those that overlap: a passage may stand in several places. */
  spans(): readonly Copy[] {
    return this.copiesOf([...this.found, ...this.trails.values()]);
  }

  private copiesOf(trails: readonly Trail[]): readonly Copy[] {
    return trails
      .filter(({ start, end }) => end - start >= this.shortest)
      .map(({ start, end, position }) => ({ start, length: end - start, ...this.index.placeAt(position) }));
  }

  private follow(hash: number, at: number): void {
    const next = new Map<number, Trail>();
    for (const position of this.index.placesOf(hash)) {
      const distance = position - at;
      const trail = this.trails.get(distance) ?? { start: at, end: at + gramLength, position };
      trail.end = at + gramLength;
      next.set(distance, trail);
    }
    for (const [distance, trail] of this.trails) {
      if (!next.has(distance) && trail.end - trail.start >= this.shortest) this.found.push(trail);
    }
    this.trails = next;
  }
}

import type { CopyIndex, CorpusPlace } from './copyIndex';
import { Fingerprints, gramLength } from './fingerprints';

/** A passage of a text that stands verbatim in the corpus. */
export interface Copy extends CorpusPlace {
  /** Code units of the text before it. */
  readonly start: number;
  /** Code units that are surely copied; the passage may go a little further on both sides. */
  readonly length: number;
}

/** The passages of a text, of at least so many units, that stand in the corpus. */
export function copiesIn(text: string, index: CopyIndex, shortest: number): readonly Copy[] {
  const watch = new CopyWatch(index, shortest);
  watch.push(text);
  return watch.copies();
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
    for (let i = 0; i < piece.length; i++) {
      if (this.fingerprints.push(piece.charCodeAt(i))) this.follow(this.fingerprints.hash, this.fingerprints.start);
    }
  }

  /** The longest passage that the text, as it stands, ends in or near. */
  get running(): { readonly start: number; readonly length: number } | null {
    let longest: Trail | null = null;
    for (const trail of this.trails.values()) {
      if (longest === null || trail.start < longest.start) longest = trail;
    }
    return longest && { start: longest.start, length: longest.end - longest.start };
  }

  /** The passages found, in order; of those that overlap, the longest. */
  copies(): readonly Copy[] {
    const all = [...this.found, ...this.trails.values()].filter(({ start, end }) => end - start >= this.shortest);
    const chosen: Trail[] = [];
    for (const trail of all.sort((a, b) => b.end - b.start - (a.end - a.start))) {
      if (chosen.every(({ start, end }) => trail.start >= end || trail.end <= start)) chosen.push(trail);
    }
    return chosen
      .sort((a, b) => a.start - b.start)
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

import type { TokenSequence } from './corpus';
import type { Pace } from './pace';
import { type PartPiece, type Share, partPieces } from './split';
import { TokenStore } from './tokenStore';
import { type Tokenizer, endOfDocument } from './tokenizer';

const separator = Uint16Array.of(endOfDocument);

/** Code points of a document, by the part they went into. */
export type PartCounts = Readonly<Record<PartPiece['part'], number>>;

/** Turns documents, one after the other, into the two sequences of a corpus. */
export class CorpusEncoder {
  private readonly stores: Readonly<Record<PartPiece['part'], TokenStore>>;

  constructor(private readonly tokenizer: Tokenizer) {
    const { vocabularySize } = tokenizer;
    this.stores = { training: new TokenStore(vocabularySize), validation: new TokenStore(vocabularySize) };
  }

  /** Adds a document whole, or nothing of it. @throws what reading its pieces throws. */
  async add(pieces: Iterable<string>, share: Share, pace: Pace): Promise<PartCounts> {
    const { training, validation } = this.stores;
    const before = { training: training.length, validation: validation.length };
    const counts = { training: 0, validation: 0 };
    try {
      for (const { part, text, characters } of partPieces(pieces, share)) {
        if (counts[part] === 0) this.stores[part].append(separator);
        this.stores[part].append(this.tokenizer.encode(text));
        counts[part] += characters;
        pace.add(0, text.length);
        if (pace.due) await pace.rest();
      }
      return counts;
    } catch (error) {
      training.truncate(before.training);
      validation.truncate(before.validation);
      throw error;
    }
  }

  /** The sequences; nothing may be added after. */
  finish(): Readonly<Record<PartPiece['part'], TokenSequence>> {
    return { training: this.stores.training.finish(), validation: this.stores.validation.finish() };
  }

  /** Removes what the sequences are kept in. */
  dispose(): void {
    this.stores.training.dispose();
    this.stores.validation.dispose();
  }
}

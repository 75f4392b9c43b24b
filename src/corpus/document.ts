import type { Hash } from 'node:crypto';
import type { Encoding } from './encoding';
import { TextFile, textPieces } from './textFile';

/** Where a document's text comes from. */
export type DocumentOrigin =
  | { readonly kind: 'file'; /** Absolute. */ readonly path: string; readonly encoding: Encoding }
  | { readonly kind: 'text'; readonly text: string };

/** Reads documents one after the other with one buffer. */
export class DocumentReader {
  private readonly buffer = TextFile.buffer();

  /**
   * The text of a document that a survey has found, piece by piece, as it is now.
   * @param hash Is fed the bytes of a file, or a text's UTF-8.
   * @throws UnreadableError where the file has gone, or is no text of that encoding any more.
   */
  *pieces(origin: DocumentOrigin, hash?: Hash): Generator<string, void, void> {
    if (origin.kind === 'text') {
      hash?.update(origin.text);
      yield* textPieces(origin.text);
      return;
    }
    const file = this.open(origin.path);
    try {
      yield* file.pieces(origin.encoding, hash);
    } finally {
      file.close();
    }
  }

  /** Opens a file with the reader's buffer: one at a time. */
  open(path: string): TextFile {
    return new TextFile(path, this.buffer);
  }
}

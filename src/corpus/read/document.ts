/**
 * corpus/read/: bytes to text: block by block, in the encoding that a file is in, notebooks by their cells. Nothing here
 * decides whether a text is wanted.
 */
import type { Hash } from 'node:crypto';
import { SecretFilter } from '../survey/secretFilter';
import { notebookText } from './notebook';
import type { Encoding, TextReading } from './reading';
import { sameStamp, type Stamp } from './stamp';
import { noLink, TextFile } from './textFile';

/** Where the text of a document comes from that a survey has read. */
export type DocumentOrigin =
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly path: string;
      readonly reading: TextReading;
      /** The encoding that was wished for, if one was. */
      readonly wish?: Encoding;
      /** Of the file as it was surveyed; null where it changed even then. */
      readonly stamp: Stamp | null;
      /** Code units of a licence header that another document already has. */
      readonly headerLength: number;
      /** No line of it looked like a secret. */
      readonly clean: boolean;
    }
  /** Text held in memory, ready to be tokenised. */
  | { readonly kind: 'text'; readonly pieces: readonly string[] };

/** What a document's name says of how its text is to be read. */
function isNotebook(language: string): boolean {
  return language === 'ipynb';
}

/** The text of a document to train on, of its raw pieces: the sources of a notebook, and no line with a secret. */
export function* preparedPieces(
  raw: Iterable<string>,
  language: string,
  secrets: SecretFilter | null,
): Generator<string, void, void> {
  const pieces = isNotebook(language) ? [notebookText(raw)] : raw;
  for (const piece of pieces) {
    const text = secrets ? secrets.filter(piece) : piece;
    if (text.length > 0) yield text;
  }
}

/** What a document's hash takes in after its bytes: read in another encoding on someone's wish, they are another text. */
export function wishMark(wish: Encoding): string {
  return `\0read as ${wish}`;
}

/** Reads documents one after the other with one buffer. */
export class DocumentReader {
  private readonly buffer = TextFile.buffer();

  /**
   * The text of a document piece by piece, as it is now.
   * @param hash Is fed all bytes of a file.
   * @throws UnreadableError where the file has gone, or is no text of that encoding any more.
   */
  *pieces(origin: DocumentOrigin, language: string, hash?: Hash): Generator<string, void, void> {
    if (origin.kind === 'text') {
      yield* origin.pieces;
      return;
    }
    const file = this.open(origin.path);
    try {
      const unchanged = origin.stamp !== null && sameStamp(file.stamp, origin.stamp);
      const secrets = unchanged && origin.clean ? null : new SecretFilter();
      let header = unchanged ? origin.headerLength : 0;
      // A file that all could be read of is another one where that has changed.
      const { encoding, unreadable } = origin.reading;
      const raw = file.pieces(encoding, { hash, faults: unreadable > 0 ? 'replace' : 'refuse' });
      for (const text of preparedPieces(raw, language, secrets)) {
        yield text.slice(header);
        header = 0;
      }
      if (origin.wish !== undefined) hash?.update(wishMark(origin.wish));
    } finally {
      file.close();
    }
  }

  /** Opens a file with the reader's buffer: one at a time. */
  open(path: string): TextFile {
    return new TextFile(path, this.buffer, noLink);
  }
}

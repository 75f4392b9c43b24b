import { createHash, type Hash } from 'node:crypto';
import type { SkipReason } from '../corpus';
import type { Pace } from '../pace';
import { DocumentReader, preparedPieces } from '../read/document';
import type { Encoding } from '../read/encoding';
import { withEncoding } from '../read/readTextFile';
import { sameStamp, type Stamp } from '../read/stamp';
import { type TextFile, textPieces } from '../read/textFile';
import { UnreadableError } from '../read/unreadable';
import { languageOf } from '../select/names';
import { Examination, type Findings } from './examination';
import { machineMade } from './machineMade';
import { SecretFilter } from './secretFilter';

/** What reading a document to its end tells of it, or why it wasn't worth it. */
export type Inspection<Source> =
  | {
      readonly kind: 'read';
      /** SHA-256 of a file's bytes or a text's UTF-8, hex. */
      readonly hash: string;
      readonly findings: Findings;
      /** Lines left out, by the rule that found a secret in them. */
      readonly secretLines: ReadonlyMap<string, number>;
      /** Its text, where there was room to keep it. */
      readonly pieces: readonly string[] | null;
      readonly source: Source;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** What a file was read as. */
export interface FileSource {
  readonly encoding: Encoding;
  /** Null where the file changed while it was read. */
  readonly stamp: Stamp | null;
}

/** A document to be judged. */
export interface Candidate {
  /** As summaries name it. */
  readonly name: string;
  /** The user picked this very document: it is taken though a machine seems to have made it. */
  readonly picked: boolean;
}

/** Reads documents one after the other, each on its own account. */
export class Inspector {
  private readonly reader = new DocumentReader();

  constructor(private readonly pace: Pace) {}

  /** Reads a file. One that has gone or can't be read is skipped like any other. @param room See {@link Examination}. */
  async file(path: string, candidate: Candidate, room: number): Promise<Inspection<FileSource>> {
    return orSkipped(async () => {
      const file = this.reader.open(path);
      try {
        return await withEncoding(file, (encoding) => this.decoded(file, encoding, candidate, room));
      } finally {
        file.close();
      }
    });
  }

  /** Reads a text that was handed in. */
  text(text: string, candidate: Candidate): Promise<Inspection<null>> {
    const hash = createHash('sha256').update(text);
    return orSkipped(() => this.read(textPieces(text), hash, candidate, Infinity, () => null));
  }

  private decoded(
    file: TextFile,
    encoding: Encoding,
    candidate: Candidate,
    room: number,
  ): Promise<Inspection<FileSource>> {
    const { stamp } = file;
    const hash = createHash('sha256');
    return this.read(file.pieces(encoding, hash), hash, candidate, room, () => ({
      encoding,
      stamp: sameStamp(stamp, file.stamp) ? stamp : null,
    }));
  }

  private async read<Source>(
    raw: Iterable<string>,
    hash: Hash,
    { name, picked }: Candidate,
    room: number,
    source: () => Source,
  ): Promise<Inspection<Source>> {
    const language = languageOf(name);
    const secrets = new SecretFilter();
    const examination = new Examination(language, room);
    let first = !picked;
    for (const piece of preparedPieces(raw, language, secrets)) {
      const reason = first ? machineMade(piece, language) : null;
      if (reason !== null) return { kind: 'skipped', reason };
      first = false;
      examination.add(piece);
      this.pace.add(0, piece.length);
      if (this.pace.due) await this.pace.rest();
    }
    return {
      kind: 'read',
      hash: hash.digest('hex'),
      findings: examination.finish(),
      secretLines: secrets.lines,
      pieces: examination.pieces,
      source: source(),
    };
  }
}

async function orSkipped<Source>(read: () => Promise<Inspection<Source>>): Promise<Inspection<Source>> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { kind: 'skipped', reason: error.reason === 'binary' ? 'binary' : 'unreadable' };
  }
}

import { type Hash, createHash } from 'node:crypto';
import type { SkipReason } from './corpus';
import { type DocumentOrigin, DocumentReader, preparedPieces } from './document';
import { DuplicateFinder } from './duplicates';
import type { Encoding } from './encoding';
import { Examination, type Findings } from './examination';
import { licenceHeader } from './licence';
import { machineMade } from './machineMade';
import { isProse, languageOf } from './names';
import type { Pace } from './pace';
import { SecretFilter } from './secretFilter';
import { type TextFile, textPieces } from './textFile';
import { withEncoding } from './readTextFile';
import { UnreadableError } from './unreadable';

/** What reading a document once tells of it. */
export type Verdict =
  | {
      readonly kind: 'included';
      /** The file's ending, or its name where it has none. */
      readonly language: string;
      /** Code points to train on. */
      readonly characters: number;
      /** SHA-256 of a file's bytes or a text's UTF-8, hex. */
      readonly hash: string;
      readonly origin: DocumentOrigin;
      /** Lines left out, by the rule that found a secret in them. */
      readonly secretLines: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** A document to be judged. */
export interface Candidate {
  /** As summaries name it. */
  readonly name: string;
  /** The user picked this very document: it is taken though a machine seems to have made it. */
  readonly picked: boolean;
}

/** What is known of a document once it has been read to its end. */
interface Examined {
  readonly language: string;
  readonly hash: string;
  readonly headerLength: number;
  readonly secretLines: ReadonlyMap<string, number>;
  readonly findings: Findings;
}

/** Reads documents one after the other, and judges them by their content and by those before. */
export class Inspector {
  private readonly reader = new DocumentReader();
  private readonly duplicates = new DuplicateFinder();
  private readonly headers = new Set<string>();

  /** @param room Code units of text that may be held in memory, so that they are read but once. */
  constructor(
    private readonly pace: Pace,
    private room: number,
  ) {}

  /** Judges a file. One that has gone or can't be read is skipped like any other. */
  async file(path: string, candidate: Candidate): Promise<Verdict> {
    try {
      const file = this.reader.open(path);
      try {
        return await withEncoding(file, (encoding) => this.decodedFile(file, encoding, path, candidate));
      } finally {
        file.close();
      }
    } catch (error) {
      return skippedFor(error);
    }
  }

  /** Judges a text that was handed in. */
  async text(text: string, candidate: Candidate): Promise<Verdict> {
    try {
      const hash = createHash('sha256').update(text);
      const examined = await this.examine(textPieces(text), hash, candidate, Infinity);
      if (typeof examined === 'string') return skip(examined);
      return this.judge(examined, { kind: 'text', pieces: examined.findings.pieces ?? [] });
    } catch (error) {
      return skippedFor(error);
    }
  }

  private async decodedFile(file: TextFile, encoding: Encoding, path: string, candidate: Candidate): Promise<Verdict> {
    const { modified } = file;
    const hash = createHash('sha256');
    const examined = await this.examine(file.pieces(encoding, hash), hash, candidate, this.room);
    if (typeof examined === 'string') return skip(examined);
    const { findings, headerLength, secretLines } = examined;
    if (!findings.pieces) {
      const clean = secretLines.size === 0;
      return this.judge(examined, { kind: 'file', path, encoding, modified, headerLength, clean });
    }
    const verdict = this.judge(examined, { kind: 'text', pieces: findings.pieces });
    if (verdict.kind === 'included') this.room -= findings.pieces.reduce((sum, piece) => sum + piece.length, 0);
    return verdict;
  }

  /** Reads a document to its end, unless its start tells enough. */
  private async examine(
    raw: Iterable<string>,
    hash: Hash,
    { name, picked }: Candidate,
    room: number,
  ): Promise<Examined | SkipReason> {
    const language = languageOf(name);
    const secrets = new SecretFilter();
    const examination = new Examination(room);
    let headerLength: number | null = null;
    for (const piece of preparedPieces(raw, language, secrets)) {
      if (headerLength === null) {
        const reason = picked ? null : machineMade(piece, language);
        if (reason !== null) return reason;
        headerLength = isProse(language) ? 0 : this.knownHeader(piece);
        examination.add(piece.slice(headerLength));
      } else {
        examination.add(piece);
      }
      this.pace.add(0, piece.length);
      if (this.pace.due) await this.pace.rest();
    }
    return {
      language,
      hash: hash.digest('hex'),
      headerLength: headerLength ?? 0,
      secretLines: secrets.lines,
      findings: examination.finish(),
    };
  }

  /** Length of the licence header at the start of a text where an earlier document has the same; else 0. */
  private knownHeader(text: string): number {
    const header = licenceHeader(text);
    if (header === '') return 0;
    const known = this.headers.has(header);
    this.headers.add(header);
    return known ? header.length : 0;
  }

  private judge(examined: Examined, origin: DocumentOrigin): Verdict {
    const { language, hash, secretLines, findings } = examined;
    const { characters, blank, signature } = findings;
    if (blank) return skip('empty');
    const copy = this.duplicates.check({ hash, signature, characters });
    if (copy !== null) return skip(copy);
    return { kind: 'included', language, characters, hash, origin, secretLines };
  }
}

function skip(reason: SkipReason): Verdict {
  return { kind: 'skipped', reason };
}

/** @throws the error where it isn't the document's fault. */
function skippedFor(error: unknown): Verdict {
  if (!(error instanceof UnreadableError)) throw error;
  return skip(error.reason === 'binary' ? 'binary' : 'unreadable');
}

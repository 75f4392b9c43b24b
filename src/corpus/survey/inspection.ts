import { createHash, type Hash } from 'node:crypto';
import type { KeepableReason, SkipReason } from '../corpus';
import { type Layout, LayoutFinder } from '../items/layout';
import type { Pace } from '../pace';
import { DocumentReader, preparedPieces, wishMark } from '../read/document';
import type { Encoding, TextReading } from '../read/reading';
import { withEncoding } from '../read/readTextFile';
import { sameStamp, type Stamp } from '../read/stamp';
import { type Faults, type TextFile, textPieces, UnreadableError } from '../read/textFile';
import { isCode, languageOf } from '../select/names';
import { codePointCount } from '../tokenizers/codeUnits';
import { licenceHeader, machineMade } from './machineMade';
import { SecretFilter } from './secretFilter';
import { SignatureBuilder } from './signature';

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
  readonly reading: TextReading;
  /** Null where the file changed while it was read. */
  readonly stamp: Stamp | null;
}

/** A document to be judged. */
export interface Candidate {
  /** As summaries name it. */
  readonly name: string;
  /** The user picked this very document: it is taken though a machine seems to have made it. */
  readonly picked: boolean;
  /** The encoding that it is to be read in, whatever it looks like. */
  readonly wish?: Encoding | undefined;
  /** Signs of a machine that don't count. */
  readonly keep?: readonly KeepableReason[] | undefined;
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
        return await withEncoding(file, candidate.wish, (encoding, faults) =>
          this.decoded(file, { encoding, faults }, candidate, room),
        );
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
    { encoding, faults }: { readonly encoding: Encoding; readonly faults: Faults },
    candidate: Candidate,
    room: number,
  ): Promise<Inspection<FileSource>> {
    const { stamp } = file;
    const hash = createHash('sha256');
    return this.read(file.pieces(encoding, { hash, faults }), hash, candidate, room, () => ({
      reading: { encoding, unreadable: file.unreadable },
      stamp: sameStamp(stamp, file.stamp) ? stamp : null,
    }));
  }

  private async read<Source>(
    raw: Iterable<string>,
    hash: Hash,
    { name, picked, wish, keep = [] }: Candidate,
    room: number,
    source: () => Source,
  ): Promise<Inspection<Source>> {
    const language = languageOf(name);
    const secrets = new SecretFilter();
    const examination = new Examination(language, room);
    let first = !picked;
    for (const piece of preparedPieces(raw, language, secrets)) {
      const reason = first ? machineMade(piece, language) : null;
      if (reason !== null && !keep.includes(reason)) return { kind: 'skipped', reason };
      first = false;
      examination.add(piece);
      this.pace.add(0, piece.length);
      if (this.pace.due) await this.pace.rest();
    }
    if (wish !== undefined) hash.update(wishMark(wish));
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

/** What a document's own text tells of it, whatever other documents there are. */
interface Findings {
  /** Code points. */
  readonly characters: number;
  /** Nothing but white space. */
  readonly blank: boolean;
  /** Null for a short document. */
  readonly signature: Uint32Array | null;
  readonly header: LicenceHeader | null;
  readonly layout: Layout;
}

/** A licence header at the start of a document. */
export interface LicenceHeader {
  /** SHA-256, hex. */
  readonly hash: string;
  /** Code units. */
  readonly units: number;
  /** Code points. */
  readonly characters: number;
}

/** Takes in the text of one document piece by piece. */
class Examination {
  private characters = 0;
  private blank = true;
  private header: LicenceHeader | null = null;
  private started = false;
  private kept: string[] | null = [];
  private readonly signature = new SignatureBuilder();
  private readonly layout: LayoutFinder;

  /** @param room Code units of text that may be kept. */
  constructor(
    private readonly language: string,
    private room: number,
  ) {
    this.layout = new LayoutFinder(language);
  }

  add(text: string): void {
    if (!this.started) this.header = isCode(this.language) ? headerOf(text) : null;
    this.started = true;
    this.characters += codePointCount(text);
    this.blank &&= !/\S/.test(text);
    this.signature.add(text);
    this.layout.add(text);
    this.room -= text.length;
    if (this.room < 0) this.kept = null;
    this.kept?.push(text);
  }

  /** The document's text, where there was room to keep it. */
  get pieces(): readonly string[] | null {
    return this.kept;
  }

  finish(): Findings {
    const { characters, blank, header } = this;
    return { characters, blank, header, signature: this.signature.finish(), layout: this.layout.finish() };
  }
}

function headerOf(text: string): LicenceHeader | null {
  const header = licenceHeader(text);
  if (header === '') return null;
  const hash = createHash('sha256').update(header).digest('hex');
  return { hash, units: header.length, characters: codePointCount(header) };
}

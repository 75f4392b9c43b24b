import { createHash } from 'node:crypto';
import { isProse } from '../select/names';
import { codePointCount } from '../tokenizers/codeUnits';
import { licenceHeader } from './licence';
import { SignatureBuilder } from './signature';

/** What a document's own text tells of it, whatever other documents there are. */
export interface Findings {
  /** Code points. */
  readonly characters: number;
  /** Nothing but white space. */
  readonly blank: boolean;
  /** Null for a short document. */
  readonly signature: Uint32Array | null;
  readonly header: Header | null;
}

/** A licence header at the start of a document. */
export interface Header {
  /** SHA-256, hex. */
  readonly hash: string;
  /** Code units. */
  readonly units: number;
  /** Code points. */
  readonly characters: number;
}

/** Takes in the text of one document piece by piece. */
export class Examination {
  private characters = 0;
  private blank = true;
  private header: Header | null = null;
  private started = false;
  private kept: string[] | null = [];
  private readonly signature = new SignatureBuilder();

  /** @param room Code units of text that may be kept. */
  constructor(
    private readonly language: string,
    private room: number,
  ) {}

  add(text: string): void {
    if (!this.started) this.header = isProse(this.language) ? null : headerOf(text);
    this.started = true;
    this.characters += codePointCount(text);
    this.blank &&= !/\S/.test(text);
    this.signature.add(text);
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
    return { characters, blank, header, signature: this.signature.finish() };
  }
}

function headerOf(text: string): Header | null {
  const header = licenceHeader(text);
  if (header === '') return null;
  const hash = createHash('sha256').update(header).digest('hex');
  return { hash, units: header.length, characters: codePointCount(header) };
}

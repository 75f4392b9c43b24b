import { SignatureBuilder } from './signature';
import { codePointCount } from './tokenizers/codeUnits';

/** What is found out about a document while its text goes by. */
export interface Findings {
  /** Code points. */
  readonly characters: number;
  /** Nothing but white space. */
  readonly blank: boolean;
  readonly signature: Uint32Array | null;
  /** Its text, where there was room to keep it. */
  readonly pieces: readonly string[] | null;
}

/** Takes in the text of one document piece by piece. */
export class Examination {
  private characters = 0;
  private blank = true;
  private readonly signature = new SignatureBuilder();
  private pieces: string[] | null = [];

  /** @param room Code units that may be kept. */
  constructor(private room: number) {}

  add(text: string): void {
    this.characters += codePointCount(text);
    this.blank &&= !/\S/.test(text);
    this.signature.add(text);
    this.room -= text.length;
    if (this.room < 0) this.pieces = null;
    this.pieces?.push(text);
  }

  finish(): Findings {
    const { characters, blank, pieces } = this;
    return { characters, blank, pieces, signature: this.signature.finish() };
  }
}

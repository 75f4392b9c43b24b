import type { ItemForm } from '../model/itemForm';
import type { StopOptions, StopReason } from './options';
import { Block, Item, LineUnit, Paragraph, Sentence, type Unit, type UnitVerdict, Word, Words } from './units';

/** Lets a text through, piece by piece, up to where it is to end. */
export class Ending {
  private readonly units: readonly Unit[];
  private characters = 0;
  private held = '';
  private end: StopReason | null = null;

  /**
   * `prompt` is what stands before the text: it may be inside a word or a bracket.
   * @param items How the model's text is made of items, if it is.
   */
  constructor(
    private readonly stop: StopOptions,
    prompt: string,
    items: ItemForm | null = null,
  ) {
    const { at, words } = stop;
    this.units = [...unitsOf(at, prompt, items), ...(words === undefined ? [] : [new Words(words)])];
    if (stop.characters <= 0) this.end = 'length';
  }

  /** Why the text has ended; null while it goes on. */
  get reason(): StopReason | null {
    return this.end;
  }

  /** What may be written of a piece (whole code points). Blanks that may stand after the end are kept for the next call. */
  push(piece: string): string {
    let written = '';
    for (const character of piece) {
      if (this.end !== null) break;
      written += this.take(character);
    }
    return written;
  }

  private take(character: string): string {
    const verdict = this.verdictOn(character);
    if (verdict === 'end before') {
      this.end = 'boundary';
      return '';
    }
    if (this.characters + 1 >= this.stop.characters) this.end = 'length';
    this.characters++;
    this.held += character;
    return verdict === 'hold' && this.end === null ? '' : this.release();
  }

  /** What the strictest of the units says. */
  private verdictOn(character: string): UnitVerdict {
    const verdicts = this.units.map((unit) => unit.push(character));
    if (verdicts.includes('end before')) return 'end before';
    return verdicts.includes('hold') ? 'hold' : 'write';
  }

  private release(): string {
    const released = this.held;
    this.held = '';
    return released;
  }
}

function unitsOf(at: StopOptions['at'], prompt: string, items: ItemForm | null): readonly Unit[] {
  switch (at) {
    case 'none':
      return [];
    case 'item':
      return items === null ? [] : [new Item(items, prompt)];
    case 'word':
      return [new Word()];
    case 'sentence':
      return [new Sentence(prompt)];
    case 'line':
      return [new LineUnit()];
    case 'paragraph':
      return [new Paragraph()];
    case 'block':
      return [new Block(prompt)];
    default:
      return at satisfies never;
  }
}

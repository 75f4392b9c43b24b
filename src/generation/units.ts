import { itemEnds } from '../corpus/items/itemSplitter';
import { isSpaceless, wordEnds } from '../corpus/tokenizers/wordScanner';
import type { ItemForm } from '../model/itemForm';

/** What a unit of text makes of one more character. */
export type UnitVerdict =
  | 'write'
  /** Write it only if the text goes on: it may turn out to stand after the end. */
  | 'hold'
  /** The unit was complete before this character, and before those held. */
  | 'end before';

/** Watches a text go by, character (code point) by character, until a word, a sentence… is complete. */
export interface Unit {
  push(character: string): UnitVerdict;
}

/**
 * The rest of the word at the cursor, or the next one. Apostrophes and hyphens inside a word belong to it. In scripts without
 * spaces it ends where Unicode's dictionaries end a word as soon as they see the next character.
 */
export class Word implements Unit {
  private inside = false;
  private joining = false;
  /** Letters since the word, or its last part, began. */
  private letters = '';

  push(character: string): UnitVerdict {
    if (isWordCharacter(character)) {
      if (this.endsBefore(character)) return 'end before';
      this.letters = this.joining ? character : this.letters + character;
      this.inside = true;
      this.joining = false;
      return 'write';
    }
    if (!this.inside) return 'write';
    if (this.joining || !/['’-]/u.test(character)) return 'end before';
    this.joining = true;
    return 'hold';
  }

  private endsBefore(character: string): boolean {
    const { letters } = this;
    if (letters === '' || this.joining) return false;
    const isBeside = isSpaceless(character) || isSpaceless(letters.at(-1) ?? '');
    return isBeside && wordEnds(letters + character).includes(letters.length);
  }
}

/** So many words, the rest of the one at the cursor among them. */
export class Words implements Unit {
  private word = new Word();

  constructor(private left: number) {}

  push(character: string): UnitVerdict {
    const verdict = this.word.push(character);
    if (verdict !== 'end before' || --this.left <= 0) return verdict;
    this.word = new Word();
    return this.word.push(character);
  }
}

/** The rest of the line; newlines before anything is written don't count. */
export class LineUnit implements Unit {
  private started = false;

  push(character: string): UnitVerdict {
    if (character === '\n' && this.started) return 'end before';
    this.started ||= !isSpace(character);
    return 'write';
  }
}

/** Up to the end of the item at the cursor, or the next one: a line break, a blank line, or the separator's line. */
export class Item implements Unit {
  private readonly separator: string | null;
  private started: boolean;
  private line: string;

  constructor(form: ItemForm, prompt: string) {
    this.separator = form.unit === 'lines' ? null : form.separator;
    const begun = prompt.slice(itemEnds(prompt, form).at(-1) ?? 0);
    this.started = begun.trim() !== '';
    this.line = begun.slice(begun.lastIndexOf('\n') + 1);
  }

  push(character: string): UnitVerdict {
    const { separator, started } = this;
    if (character === '\n') {
      const isEnd = separator === null || this.line.trim() === separator;
      if (started && isEnd) return 'end before';
      this.line = '';
      return started ? 'hold' : 'write';
    }
    this.line += character;
    const line = this.line.trim();
    this.started ||= !isSpace(character);
    return started && separator?.startsWith(line) === true ? 'hold' : 'write';
  }
}

/** Up to a blank line. */
export class Paragraph implements Unit {
  private started = false;
  private atLineStart = false;

  push(character: string): UnitVerdict {
    if (!isSpace(character)) {
      this.started = true;
      this.atLineStart = false;
      return 'write';
    }
    if (!this.started) return 'write';
    if (character === '\n') {
      if (this.atLineStart) return 'end before';
      this.atLineStart = true;
    }
    return this.atLineStart ? 'hold' : 'write';
  }
}

/** Up to a full stop or its like, with the quotes and brackets that close after it; or up to a blank line. */
export class Sentence implements Unit {
  private readonly paragraph = new Paragraph();
  private ended: 'no' | 'if a space follows' | 'yes' = 'no';
  /** Letters and inner full stops just before, to tell `Mr.` and `e.g.` from an end. */
  private word: string;

  constructor(prompt: string) {
    this.word = /[\p{L}.]*$/u.exec(prompt.slice(-20))?.[0] ?? '';
  }

  push(character: string): UnitVerdict {
    const verdict = this.paragraph.push(character);
    if (this.isOver(character)) return 'end before';
    if (/[。！？]/u.test(character)) this.ended = 'yes';
    else if (/[.!?…]/u.test(character)) this.ended = this.endsWith(character) ? 'if a space follows' : 'no';
    else if (!isCloser(character)) this.ended = 'no';
    this.word = /[\p{L}.]/u.test(character) ? this.word + character : '';
    return verdict;
  }

  private isOver(character: string): boolean {
    if (this.ended === 'no' || isCloser(character) || /[.!?…。！？]/u.test(character)) return false;
    return this.ended === 'yes' || isSpace(character);
  }

  private endsWith(mark: string): boolean {
    if (mark !== '.' || this.ended !== 'no') return true;
    const initials = /^(\p{L}\.)*\p{L}$/u.test(this.word) && this.word !== 'I';
    return !initials && !abbreviations.has(this.word.toLowerCase());
  }
}

const abbreviations = new Set('mr mrs ms dr prof st mt capt col gen lt rev jr sr vs etc cf fig vol'.split(' '));

/** Up to the end of the line on which the innermost bracket open at the cursor, or else the next one, is closed. */
export class Block implements Unit {
  private readonly open: string[] = [];
  private readonly goal: number;
  private opened: boolean;

  constructor(prompt: string) {
    for (const character of prompt) this.follow(character);
    this.goal = Math.max(0, this.open.length - 1);
    this.opened = this.open.length > 0;
  }

  push(character: string): UnitVerdict {
    if (character === '\n' && this.opened && this.open.length <= this.goal) return 'end before';
    if (this.follow(character) === 'opened') this.opened = true;
    return 'write';
  }

  /** Closing brackets that close nothing are taken for text. */
  private follow(character: string): 'opened' | 'other' {
    const closing = closingBrackets[character];
    if (closing !== undefined) {
      this.open.push(closing);
      return 'opened';
    }
    if (character === this.open.at(-1)) this.open.pop();
    return 'other';
  }
}

const closingBrackets: Readonly<Record<string, string | undefined>> = { '(': ')', '[': ']', '{': '}' };

function isSpace(character: string): boolean {
  return /\s/u.test(character);
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{M}\p{N}_]/u.test(character);
}

function isCloser(character: string): boolean {
  return /[\p{Pf}\p{Pe}"'*_]/u.test(character);
}

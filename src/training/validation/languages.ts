import type { Corpus, TokenSequence } from '../../corpus/corpus';
import { endOfDocument } from '../../corpus/tokenizers/tokenizer';
import type { LanguageLoss } from '../record/events';
import { everyTarget, type HeldOutTargets } from './heldOutTargets';

/** More languages than this are summed up under one name. */
const mostLanguages = 8;

/** What the rest goes by. */
const others = 'other';

/** Ids read at a time. */
const block = 65_536;

/** Held-out text of a language. */
interface Language {
  readonly name: string;
  /** Of all its held-out text. */
  tokens: number;
  characters: number;
  /** Of what has been scored since the last look. */
  nats: number;
  scored: number;
}

/** Sums up the losses of held-out tokens by the languages of their documents. */
export class LanguageTally {
  private readonly languages: readonly Language[];
  /** Where each held-out document begins, in order, and the number of its language. */
  private readonly starts: Float64Array;
  private readonly numbers: Uint8Array;
  private latest = 0;

  private constructor({ validation, documents }: Corpus, { counts }: HeldOutTargets) {
    const held = documents.filter(({ heldOut }) => heldOut > 0);
    this.starts = startsOf(
      validation,
      held.map(({ items }) => items?.heldOut ?? 1),
    );
    const names = largest(held);
    const byName = new Map(names.map((name) => [name, { name, tokens: 0, characters: 0, nats: 0, scored: 0 }]));
    this.languages = [...byName.values()];
    this.numbers = new Uint8Array(held.length);
    for (const [index, { language, heldOut, items }] of held.entries()) {
      const name = byName.has(language) ? language : others;
      const found = byName.get(name);
      if (found === undefined) continue;
      this.numbers[index] = names.indexOf(name);
      const [start, end] = [this.starts[index] ?? 0, this.starts[index + 1] ?? validation.length];
      // What ends an item is no part of its text.
      const tokens = end - start - (items?.heldOut ?? 0);
      const counted = counts === null ? 1 : counts.subarray(start, end).reduce((sum, is) => sum + is, 0) / tokens;
      found.characters += Math.round(heldOut * Math.min(1, counted));
      found.tokens += tokens * Math.min(1, counted);
    }
  }

  /**
   * A tally for a corpus whose held-out text is in more than one language; null for others.
   * @param targets Which of its tokens count; left out: all.
   */
  static of(corpus: Corpus, targets: HeldOutTargets = everyTarget(corpus)): LanguageTally | null {
    const held = corpus.documents.filter(({ heldOut }) => heldOut > 0);
    return new Set(held.map(({ language }) => language)).size > 1 ? new LanguageTally(corpus, targets) : null;
  }

  /** The token at this position of the held-out text has cost so many nats. */
  add(position: number, nats: number): void {
    const language = this.languages[this.numbers[this.documentAt(position)] ?? 0];
    if (language === undefined) return;
    language.nats += nats;
    language.scored++;
  }

  /** The losses of the languages that anything was scored of, those with most text first; starts over. */
  take(): readonly LanguageLoss[] {
    const losses = this.languages.flatMap(({ name, tokens, characters, nats, scored }) => {
      if (scored === 0) return [];
      const natsPerCharacter = (nats / scored) * (tokens / Math.max(1, characters));
      return [{ language: name, natsPerCharacter, characters }];
    });
    for (const language of this.languages) language.nats = language.scored = 0;
    return losses.sort((one, other) => other.characters - one.characters);
  }

  /** Number of the document that a position is in: mostly the one that was asked for last. */
  private documentAt(position: number): number {
    const { starts, latest } = this;
    if (position >= (starts[latest] ?? 0) && position < (starts[latest + 1] ?? Infinity)) return latest;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? Infinity) <= position) low = middle;
      else high = middle - 1;
    }
    this.latest = low;
    return low;
  }
}

/** Names of the languages that are told of, {@link others} among them where there are too many. */
function largest(documents: readonly { readonly language: string; readonly heldOut: number }[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const { language, heldOut } of documents) sizes.set(language, (sizes.get(language) ?? 0) + heldOut);
  const names = [...sizes].sort((one, other) => other[1] - one[1]).map(([name]) => name);
  return names.length <= mostLanguages ? names : [...names.slice(0, mostLanguages - 1), others];
}

/** Where documents begin: each with a separator, or as many as it has items. */
function startsOf(sequence: TokenSequence, separators: readonly number[]): Float64Array {
  const starts = new Float64Array(separators.length);
  const ids = new Uint16Array(block);
  let [found, left] = [0, 0];
  for (let offset = 0; offset < sequence.length; offset += block) {
    const part = ids.subarray(0, Math.min(block, sequence.length - offset));
    sequence.read(offset, part);
    for (let at = part.indexOf(endOfDocument); at !== -1; at = part.indexOf(endOfDocument, at + 1)) {
      if (left === 0 && found < starts.length) {
        left = separators[found] ?? 1;
        starts[found++] = offset + at;
      }
      left--;
    }
  }
  return starts;
}

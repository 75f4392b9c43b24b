import { createHash } from 'node:crypto';
import type { SkipReason } from './corpus';
import { type DocumentOrigin, DocumentReader } from './document';
import { type Encoding, declaredEncoding, detectEncoding, sampleSize } from './encoding';
import { isProse, languageOf } from './names';
import type { Pace } from './pace';
import { codePointCount } from './tokenizers/codeUnits';
import { UnreadableError } from './unreadable';

/** What reading a document once tells of it. */
export type Verdict =
  | {
      readonly kind: 'included';
      readonly language: string;
      /** Code points. */
      readonly characters: number;
      /** SHA-256 of a file's bytes or a text's UTF-8, hex. */
      readonly hash: string;
      readonly origin: DocumentOrigin;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** How strictly a document is judged: one that the user picked by name is taken though a machine seems to have made it. */
export type Judgement = 'walked' | 'picked';

/** Reads documents to judge them by their content. */
export class Inspector {
  private readonly reader = new DocumentReader();

  constructor(private readonly pace: Pace) {}

  /** Judges a file. One that has gone or can't be read is skipped like any other. */
  file(path: string, name: string, judgement: Judgement): Promise<Verdict> {
    return orSkipped(async () => {
      const declared = declaredEncoding(this.sample(path));
      if (declared === null) return skip('binary');
      try {
        return await this.judge({ kind: 'file', path, encoding: declared }, name, judgement);
      } catch (error) {
        if (!(error instanceof UnreadableError && error.reason === 'malformed')) throw error;
      }
      const encoding = await this.detect(path);
      return encoding === null ? skip('binary') : this.judge({ kind: 'file', path, encoding }, name, judgement);
    });
  }

  /** Judges a text that was handed in. */
  text(text: string, name: string, judgement: Judgement): Promise<Verdict> {
    return orSkipped(() => this.judge({ kind: 'text', text }, name, judgement));
  }

  private sample(path: string): Buffer {
    const file = this.reader.open(path);
    try {
      return file.start().subarray(0, sampleSize);
    } finally {
      file.close();
    }
  }

  private detect(path: string): Promise<Encoding | null> {
    return detectEncoding(Buffer.from(this.sample(path)));
  }

  private async judge(origin: DocumentOrigin, name: string, judgement: Judgement): Promise<Verdict> {
    const language = languageOf(name);
    const hash = createHash('sha256');
    let characters = 0;
    let blank = true;
    for (const piece of this.reader.pieces(origin, hash)) {
      const reason = characters === 0 && judgement === 'walked' ? reasonByStart(piece, language) : null;
      if (reason !== null) return skip(reason);
      blank &&= !/\S/.test(piece);
      characters += codePointCount(piece);
      this.pace.add(0, piece.length);
      if (this.pace.due) await this.pace.rest();
    }
    if (blank) return skip('empty');
    return { kind: 'included', language, characters, hash: hash.digest('hex'), origin };
  }
}

function skip(reason: SkipReason): Verdict {
  return { kind: 'skipped', reason };
}

async function orSkipped(judge: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return skip(error.reason === 'binary' ? 'binary' : 'unreadable');
  }
}

/** Of which the first lines are looked at for a generator's mark. */
const headerLength = 2048;
/** Code units a line, on average, above which nobody wrote it by hand. */
const longestMeanLine = 300;

/** Why a file is left out by how its text begins; null where nothing speaks against it. */
function reasonByStart(start: string, language: string): SkipReason | null {
  if (isProse(language)) return null;
  const header = start.slice(0, headerLength);
  if (/@generated\b|\bauto-?generated\b/i.test(header)) return 'generated';
  if (/\bgenerated\b/i.test(header) && /\bdo not (edit|modify)\b/i.test(header)) return 'generated';
  const sample = start.slice(0, sampleSize);
  const lines = sample.split('\n').length;
  return sample.length / lines > longestMeanLine ? 'minified' : null;
}

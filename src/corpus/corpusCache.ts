import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { replaceFile } from '../model/disk';
import type { Corpus, TokenSequence } from './corpus';
import { createTokenizer } from './tokenizers/create';
import type { TokenizerDescription } from './tokenizers/tokenizer';
import { TokenFile, type TokenWidth, widthFor } from './tokens/tokenFile';
import { memorySequence, mostInMemory } from './tokens/tokenStore';

/** Raised whenever what is kept changes its form or its meaning. */
const version = 4;
/** What all kept corpora together may take on disk, bytes: beyond it, those not used for longest go. */
const mostBytes = 4 * 1024 ** 3;
/** What wasn't used for so long goes even where there is room, milliseconds. */
const forgotten = 90 * 24 * 3600 * 1000;
/** Age of an unfinished entry that nobody can be writing any more, milliseconds. */
const abandoned = 24 * 3600 * 1000;

const entryFile = 'corpus.json';
const unfinished = '.partial';

/** The parts of a corpus that are kept in files of their own. */
type Part = 'training' | 'validation';

/** What is kept of a corpus beside its token files. */
interface Entry extends Omit<Corpus, 'tokenizer' | Part | 'dispose'> {
  readonly version: number;
  readonly tokenizer: TokenizerDescription;
  readonly lengths: Readonly<Record<Part, number>>;
  /** Of the token files, as {@link checksumOf} has them. */
  readonly checksums: Readonly<Record<Part, string>>;
}

/** Where the ids of a part are, in the folder of an entry. */
export function tokenPath(folder: string, part: Part): string {
  return join(folder, `${part}.tokens`);
}

/**
 * Tokenised corpora, by their content: the same text needn't be read and tokenised twice, and a run that was interrupted
 * finds the text that it had, though its files have changed since.
 */
export class CorpusCache {
  private readonly folder: string;

  /** @param limit Bytes that all entries together may take. */
  constructor(
    cacheFolder: string,
    private readonly limit = mostBytes,
  ) {
    this.folder = join(cacheFolder, 'corpora');
  }

  /**
   * The corpus with a fingerprint, or null where it isn't kept.
   * @param vocabulary The tokeniser that it must have; without one, it is the one that was learned from it.
   */
  async open(fingerprint: string, vocabulary?: TokenizerDescription): Promise<Corpus | null> {
    const keys = vocabulary ? [keyOf(fingerprint, vocabulary), keyOf(fingerprint)] : [keyOf(fingerprint)];
    for (const key of keys) {
      const corpus = await openEntry(join(this.folder, key), vocabulary).catch(() => null);
      if (corpus?.fingerprint === fingerprint) return corpus;
      corpus?.dispose();
    }
    return null;
  }

  /** A folder of its own for the token files of an entry to be; null where nothing can be kept. */
  async begin(): Promise<string | null> {
    const folder = join(this.folder, `${randomUUID()}${unfinished}`);
    return mkdir(folder, { recursive: true, mode: 0o700 }).then(
      () => folder,
      () => null,
    );
  }

  /**
   * Makes an entry of a folder that holds a corpus's token files, closed.
   * @param vocabulary The tokeniser that it had to have, if it wasn't learned from it.
   * @throws StorageError, or what moving the folder throws
   */
  async keep(folder: string, corpus: Corpus, vocabulary?: TokenizerDescription): Promise<void> {
    const { tokenizer, tokenizerReason, training, validation, validationCharacters, spellingNats } = corpus;
    const { summary, documents, fingerprint, itemRanges, heldOutItemRanges } = corpus;
    const entry: Entry = {
      version,
      tokenizer: tokenizer.description,
      tokenizerReason,
      lengths: { training: training.length, validation: validation.length },
      validationCharacters,
      spellingNats,
      summary,
      documents,
      fingerprint,
      checksums: {
        training: await checksumOf(tokenPath(folder, 'training')),
        validation: await checksumOf(tokenPath(folder, 'validation')),
      },
      ...(itemRanges && { itemRanges }),
      ...(heldOutItemRanges && { heldOutItemRanges }),
    };
    await replaceFile(join(folder, entryFile), [Buffer.from(sealed(JSON.stringify(entry)))]);
    const place = join(this.folder, keyOf(corpus.fingerprint, vocabulary));
    // An entry that is there already says the same, or is damaged.
    await rm(place, { recursive: true, force: true });
    await rename(folder, place);
    await this.trim(place);
  }

  /** Removes what was abandoned or forgotten, and the entries not used for longest until the rest is small enough. */
  private async trim(newest: string): Promise<void> {
    const entries = (
      await Promise.all((await readdir(this.folder)).map((name) => weigh(join(this.folder, name))))
    ).filter((entry) => entry !== null);
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { folder, bytes, used } of entries.sort((a, b) => a.used - b.used)) {
      const isOld = Date.now() - used > (folder.endsWith(unfinished) ? abandoned : forgotten);
      const isTooMuch = total > this.limit && !folder.endsWith(unfinished);
      if (folder === newest || !(isOld || isTooMuch)) continue;
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      total -= bytes;
    }
  }
}

function keyOf(fingerprint: string, vocabulary?: TokenizerDescription): string {
  if (!vocabulary) return fingerprint;
  return createHash('sha256').update(fingerprint).update(JSON.stringify(vocabulary)).digest('hex');
}

/** @throws where it isn't there, is damaged or has another tokeniser. */
async function openEntry(folder: string, vocabulary?: TokenizerDescription): Promise<Corpus> {
  const path = join(folder, entryFile);
  const entry = JSON.parse(unsealed(await readFile(path, 'utf8'))) as Entry;
  const { version: found, tokenizer, lengths, checksums, ...rest } = entry;
  if (found !== version) throw new Error('This corpus was kept by another version.');
  if (vocabulary && !isDeepStrictEqual(vocabulary, tokenizer)) throw new Error('This corpus has another tokeniser.');
  await utimes(path, new Date(), new Date());
  const loaded = createTokenizer(tokenizer);
  const width = widthFor(loaded.vocabularySize);
  for (const part of ['training', 'validation'] as const) {
    const isAsKept = (await checksumOf(tokenPath(folder, part))) === checksums[part];
    if (!isAsKept) throw new Error('This token file is not as it was kept.');
  }
  const training = await openPart(tokenPath(folder, 'training'), lengths.training, width);
  const validation = await openPart(tokenPath(folder, 'validation'), lengths.validation, width);
  return {
    ...rest,
    tokenizer: loaded,
    training: training.sequence,
    validation: validation.sequence,
    dispose: () => {
      training.close();
      validation.close();
    },
  };
}

/** SHA-256 of a file, in hexadecimal: 0.6 ms a megabyte, where to tokenise takes ten. */
async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** A text below its checksum. */
function sealed(text: string): string {
  return `${createHash('sha256').update(text).digest('hex')}\n${text}`;
}

/** What was {@link sealed}. @throws where it isn't as it was */
function unsealed(text: string): string {
  const content = text.slice(text.indexOf('\n') + 1);
  if (sealed(content) !== text) throw new Error('This entry is not as it was kept.');
  return content;
}

/** The ids of a part: in memory where they are few, else from the file whenever they are asked for. */
async function openPart(
  path: string,
  length: number,
  width: TokenWidth,
): Promise<{ readonly sequence: TokenSequence; readonly close: () => void }> {
  if (statSync(path).size !== length * width) throw new Error('This token file is not as long as it should be.');
  if (length > mostInMemory) {
    const file = TokenFile.open(path, width);
    return { sequence: file.sequence(length), close: () => file.close() };
  }
  const bytes = new Uint8Array(await readFile(path));
  const sequence = memorySequence(width === 1 ? bytes : new Uint16Array(bytes.buffer));
  return { sequence, close: () => undefined };
}

/** The size of an entry and when it was last used; null where it is just going away. */
async function weigh(folder: string): Promise<{ folder: string; bytes: number; used: number } | null> {
  try {
    const files = await readdir(folder);
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
    const { mtimeMs: used } = await stat(files.includes(entryFile) ? join(folder, entryFile) : folder);
    return { folder, bytes: sizes.reduce((sum, size) => sum + size, 0), used };
  } catch {
    return null;
  }
}

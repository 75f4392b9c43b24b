/**
 * corpus/: files -> text -> token ids. Finds what may be read, decodes it, drops what is double, tokenises it, holds out
 * a part for validation and lays the rest out as batches. Ids leave this folder, text doesn't come back except through a
 * tokeniser. Nothing here knows an engine, a loss, an editor or a process; files are read through Node alone.
 */
import type { DocumentsChoice, ItemForm, ItemSummary } from '../model/itemForm';
import type { TextReading } from './read/reading';
import type { Normalization, Tokenizer, TokenizerChoice, TokenizerDescription } from './tokenizers/tokenizer';

/** One text, named as the user would name it (a path relative to the workspace folder, with forward slashes). */
export interface Document {
  readonly name: string;
  readonly text: string;
  /** What its bytes were read as; left out where it never was bytes. */
  readonly reading?: TextReading;
}

/** Where the text of a model comes from: files that this process reads itself, and texts that it is handed. */
export interface CorpusSource {
  /** Folders and files to read, absolute paths. A folder stands for everything below it that the filters leave. */
  readonly paths: readonly string[];
  /** Folder that names are relative to, and whose `.gitignore` files count; the workspace folder or the current one. */
  readonly root: string;
  /**
   * Texts that aren't files on disk as they are: unsaved or untitled documents, selections. One that has the name of a
   * file of {@link paths} stands in for that file, and is filtered as that file would be.
   */
  readonly documents: readonly Document[];
  /** Files of file systems that only the editor can read: the id of what it handed over of them. See stagedFiles.ts. */
  readonly spool?: string;
  /** URIs of the files and folders that those were found at. */
  readonly places?: readonly string[];
  /** Encodings that files on disk are to be read in; the last that fits a file counts. What fits none tells its own. */
  readonly encodings?: readonly EncodingWish[];
  readonly filters: CorpusFilters;
}

/** The encoding that a user has set for the files of a folder. */
export interface EncodingWish {
  /** Absolute path of a folder. */
  readonly folder: string;
  /** Endings without their dot, or names of files, in lower case; left out: all. */
  readonly languages?: readonly string[];
  /** Name of an encoding; an unknown one is passed over. */
  readonly encoding: string;
}

/** What is left out of a corpus before anything is read. */
export interface CorpusFilters {
  /** Globs, relative to the root; none means everything. */
  readonly include: readonly string[];
  /** Globs, relative to the root: `files.exclude`, `search.exclude` and the user's own. */
  readonly exclude: readonly string[];
  readonly respectGitignore: boolean;
  /** Larger files are skipped, bytes. */
  readonly maximumFileSize: number;
  /** Rules that don't count: what they would leave out is read. Left out: all count. */
  readonly keep?: readonly KeepableReason[];
}

/** The rules that a user can overrule for a whole corpus; the others keep out what is no text, or nobody's business. */
export const keepableReasons = [
  'ignored',
  'too large',
  'minified',
  'generated',
  'lock file',
  'duplicate',
  'near duplicate',
] as const;

/** One of {@link keepableReasons}. */
export type KeepableReason = (typeof keepableReasons)[number];

/** Why a file isn't in the corpus. */
export type SkipReason =
  | 'ignored'
  | 'excluded'
  | 'binary'
  | 'too large'
  | 'minified'
  | 'generated'
  | 'lock file'
  | 'secret'
  | 'empty'
  | 'unreadable'
  | 'duplicate'
  | 'near duplicate'
  /** A link that leads out of what was picked. */
  | 'outside'
  /** A model of Textloom's, or a file of one. */
  | 'own model';

/** A reason as it follows a number of files in a sentence. */
export function reasonText(reason: string): string {
  if (reason === 'outside') return 'linked from outside';
  return reason === 'own model' ? 'of its own models' : reason;
}

/** What a user sees before training: counts only, no text. */
export interface CorpusSummary {
  readonly files: number;
  /** Code points. */
  readonly characters: number;
  readonly bytes: number;
  /** Largest first. The language is the file's ending, or its name where it has none. */
  readonly languages: readonly { readonly language: string; readonly files: number; readonly characters: number }[];
  readonly skipped: readonly {
    readonly reason: SkipReason;
    readonly files: number;
    /** A few names. */
    readonly examples: readonly string[];
  }[];
  /** Lines left out of included files because they hold what looks like a key or a password: how many by rule. */
  readonly secretLines: readonly { readonly rule: string; readonly lines: number }[];
  /** Files among those read that lie outside of the root; left out where there are none. */
  readonly outside?: number;
  /** What files were read as that aren't UTF-8, most files first; left out where there are none. */
  readonly encodings?: readonly {
    /** As people call it. */
    readonly encoding: string;
    readonly files: number;
    /** A few names. */
    readonly examples: readonly string[];
  }[];
  /** Bytes of included files that could not be read, for which U+FFFD stands; left out where there are none. */
  readonly unreadable?: { readonly bytes: number; readonly files: number; readonly examples: readonly string[] };
  /** Where files are lists: how many texts of their own there are. */
  readonly items?: ItemSummary;
}

/** How a survey or a reading goes on. */
export interface CorpusProgress {
  readonly phase: 'listing' | 'reading' | 'tokenising';
  readonly files: number;
  readonly bytes: number;
}

/** A row of token ids, in memory or in a file: read in blocks so that memory stays bounded. */
export interface TokenSequence {
  /** Ids. */
  readonly length: number;
  /** Fills `into` with the ids from `offset` on. @throws RangeError past the end. */
  read(offset: number, into: Uint16Array): void;
}

/**
 * By the path of a folder or file relative to the root, how often its text comes up in an epoch; 1 for what isn't named.
 * The longest path that holds a document counts; `.` stands for the root.
 */
export type FolderWeights = Readonly<Record<string, number>>;

/** How a corpus is cut and tokenised. */
export interface CorpusOptions {
  readonly tokenizer: TokenizerChoice;
  /** A tokeniser that is there already, kept as it is: for a model that is trained further. Else one is learned. */
  readonly vocabulary?: TokenizerDescription;
  /** Largest vocabulary of a learned tokeniser. */
  readonly maximumVocabulary: number;
  /** The same of byte pairs and words, within {@link vocabularyRange}; left out: the largest vocabulary. */
  readonly vocabularySize?: number;
  /** Code points (or words) seen fewer times in the training part become the unknown token. */
  readonly minimumCount: number;
  /** Share of the text that is held out, in (0, 0.5]; of very large corpora less, see split.ts. */
  readonly validationShare: number;
  /** Chooses which small files are held out, and which of a light folder are read. */
  readonly seed: number;
  /** How often the text of folders comes up in an epoch; left out: all of it once. */
  readonly weights?: FolderWeights;
  /** What a learned tokeniser does to text first; left out: nothing. */
  readonly normalization?: Normalization;
  /** What a document is: a file, or each line or block of it; `auto` looks at each file. Left out: a file. */
  readonly documents?: DocumentsChoice;
}

/** What a corpus is made with unless someone asks for something else. */
export const defaultCorpusOptions: CorpusOptions = {
  tokenizer: 'auto',
  maximumVocabulary: 4096,
  minimumCount: 2,
  validationShare: 0.1,
  seed: 0,
};

/** What {@link CorpusOptions.vocabularySize} may be. */
export const vocabularyRange = { least: 256, most: 16_384 } as const;

/** Larger files are skipped unless someone says otherwise or names them, bytes: they are hardly text that someone wrote. */
export const defaultMaximumFileSize = 4 * 2 ** 20;

/** A document of a corpus. */
export interface CorpusDocument {
  readonly name: string;
  /** Code points, held out or not. */
  readonly characters: number;
  /** Code points that are held out. */
  readonly heldOut: number;
  /** The file's ending, or its name where it has none. */
  readonly language: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
  /** Where it is made of items: how, and how many of them are held out. */
  readonly items?: { readonly form: ItemForm; readonly heldOut: number };
}

/** A part of a token sequence: from `start` up to `end`. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** Text, ready to train on. Documents, and items of lists, are joined by {@link endOfDocument}, which also stands first. */
export interface Corpus {
  readonly tokenizer: Tokenizer;
  /** Why this tokeniser, one sentence. */
  readonly tokenizerReason: string;
  readonly training: TokenSequence;
  readonly validation: TokenSequence;
  /** Where the training tokens are those of items, each after an {@link endOfDocument}; left out where they nowhere are. */
  readonly itemRanges?: readonly TokenRange[];
  /** The same of the validation tokens. */
  readonly heldOutItemRanges?: readonly TokenRange[];
  /** Code points of the validation text: turns nats per token into nats per character. */
  readonly validationCharacters: number;
  /** Nats that it takes to spell out the validation text's unknown tokens, on top of what these cost: see spelling.ts. */
  readonly spellingNats: number;
  readonly summary: CorpusSummary;
  /** In the order in which their tokens stand. */
  readonly documents: readonly CorpusDocument[];
  /** SHA-256 (hex) of the documents, their order and the options: equal corpora have equal fingerprints. */
  readonly fingerprint: string;
  /** Closes the token file of a large corpus; the sequences can't be read after. */
  dispose(): void;
}

/** The text can't be trained on. One sentence that says why and what would help. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
  constructor(
    readonly reason: 'empty' | 'too small' | 'unreadable' | 'missing',
    message: string,
  ) {
    super(message);
  }
}

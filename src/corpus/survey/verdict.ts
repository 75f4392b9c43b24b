import type { CorpusFilters, SkipReason } from '../corpus';
import type { Layout } from '../items/layout';
import type { DocumentOrigin } from '../read/document';
import type { Encoding, TextReading } from '../read/reading';
import { isKept } from '../select/fileFilter';
import { languageOf } from '../select/names';
import { DuplicateFinder } from './duplicates';
import type { FileSource, Inspection, LicenceHeader } from './inspection';

/** What becomes of a document. */
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
      /** What its bytes were read as; null for a text that never was bytes. */
      readonly reading: TextReading | null;
      /** What its text is made of. */
      readonly layout: Layout;
      /** Lines left out, by the rule that found a secret in them. */
      readonly secretLines: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** Judges documents one after the other, each in the light of those before. */
export class Judge {
  private readonly duplicates = new DuplicateFinder();
  private readonly headers = new Set<string>();

  constructor(private readonly filters: Pick<CorpusFilters, 'keep'>) {}

  /** A file's verdict. @param path Absolute. @param wish The encoding that it had to be read in, if there was one. */
  file(inspection: Inspection<FileSource>, name: string, path: string, wish?: Encoding): Verdict {
    if (inspection.kind === 'skipped') return inspection;
    const { reading, stamp } = inspection.source;
    const clean = inspection.secretLines.size === 0;
    const wished = wish === undefined ? {} : { wish };
    return this.judge(inspection, name, reading, (headerLength) => ({
      kind: 'file',
      path,
      reading,
      ...wished,
      stamp,
      headerLength,
      clean,
    }));
  }

  /** The verdict on a text that was handed in. */
  text(inspection: Inspection<null>, name: string, reading: TextReading | null): Verdict {
    if (inspection.kind === 'skipped') return inspection;
    return this.judge(inspection, name, reading, () => ({ kind: 'text', pieces: [] }));
  }

  /** @param unkept Where the text comes from that wasn't kept. */
  private judge(
    { hash, findings, secretLines, pieces }: Extract<Inspection<unknown>, { kind: 'read' }>,
    name: string,
    reading: TextReading | null,
    unkept: (headerLength: number) => DocumentOrigin,
  ): Verdict {
    const known = this.isKnown(findings.header) ? findings.header : null;
    const characters = findings.characters - (known?.characters ?? 0);
    if (findings.blank || characters === 0) return { kind: 'skipped', reason: 'empty' };
    const copy = this.duplicates.check({ hash, signature: findings.signature, characters });
    if (copy !== null && !isKept(this.filters, copy)) return { kind: 'skipped', reason: copy };
    const headerLength = known?.units ?? 0;
    const origin: DocumentOrigin = pieces
      ? { kind: 'text', pieces: [pieces[0]?.slice(headerLength) ?? '', ...pieces.slice(1)] }
      : unkept(headerLength);
    const { layout } = findings;
    return { kind: 'included', language: languageOf(name), characters, hash, origin, reading, layout, secretLines };
  }

  /** Whether a licence header has been seen before; from now on it has. */
  private isKnown(header: LicenceHeader | null): boolean {
    if (header === null) return false;
    const known = this.headers.has(header.hash);
    this.headers.add(header.hash);
    return known;
  }
}

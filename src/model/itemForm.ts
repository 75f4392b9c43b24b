import * as v from 'valibot';

/** How a document is made of items, each a text of its own: names one a line, tunes with a blank line between them. */
export type ItemForm =
  | { readonly unit: 'lines' }
  /** The separator is the line that stands between two blocks; empty for a blank line. */
  | {
      readonly unit: 'blocks';
      readonly separator: string;
      /** Where blocks follow each other without one: what the first line of each begins with, "X:" of a tune. */
      readonly start?: string;
    };

/** What a user may say that documents are. */
export type DocumentsChoice = 'auto' | 'files' | 'lines' | 'blocks';

/** Every choice, as settings and flags name them. */
export const documentsChoices = ['auto', 'files', 'lines', 'blocks'] as const satisfies readonly DocumentsChoice[];

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Validates an {@link ItemForm}. */
export const itemFormSchema = v.variant('unit', [
  v.object({ unit: v.literal('lines') }),
  v.object({ unit: v.literal('blocks'), separator: v.string(), start: v.exactOptional(v.string()) }),
]);

/** Validates an {@link ItemSummary}. */
export const itemSummarySchema = v.object({
  unit: v.picklist(['lines', 'blocks']),
  separator: v.string(),
  start: v.exactOptional(v.string()),
  items: count,
  files: count,
  characters: count,
  noun: v.exactOptional(v.string()),
});

/** The items of a corpus: of the form that most of them have. */
export interface ItemSummary {
  readonly unit: ItemForm['unit'];
  /** As in {@link ItemForm}; empty for lines. */
  readonly separator: string;
  /** As in {@link ItemForm}. */
  readonly start?: string;
  readonly items: number;
  /** Files that are made of them. */
  readonly files: number;
  /** Code points of those files. */
  readonly characters: number;
  /** What its file calls them ("names"), where there is one file. */
  readonly noun?: string;
}

/**
 * The form of a text that is for the most part made of items, as a model reads and writes it: each with the end that it is
 * trained with. Null for any other.
 */
export function itemFormOf(summary: {
  readonly characters: number;
  readonly items?: ItemSummary | undefined;
}): ItemForm | null {
  const { items, characters } = summary;
  if (items === undefined || 2 * items.characters < characters) return null;
  return items.unit === 'lines' ? { unit: 'lines' } : { unit: 'blocks', separator: items.separator };
}

import { isDeepStrictEqual } from 'node:util';
import type { CorpusOptions, CorpusSource } from '../../corpus/corpus';
import { bare, ItemSplitter } from '../../corpus/items/itemSplitter';
import { formOf } from '../../corpus/items/layout';
import { Pace, type WorkOptions } from '../../corpus/pace';
import { DocumentReader } from '../../corpus/read/document';
import { UnreadableError } from '../../corpus/read/textFile';
import { summarize, surveyCorpus } from '../../corpus/survey/survey';
import { normalizedFor } from '../../corpus/tokenizers/normalizing';
import { type ItemForm, itemFormOf } from '../../model/itemForm';
import { type CopyIndex, CopyIndexBuilder } from './copyIndex';

/**
 * Reads a corpus, as it is now, and indexes every document of it, as a model reads it. One that can't be read any more is left out.
 * @throws the signal's reason once it is aborted
 */
export async function indexCorpus(
  source: CorpusSource,
  work: WorkOptions,
  options: Pick<CorpusOptions, 'normalization' | 'documents'> = {},
): Promise<CopyIndex> {
  const survey = await surveyCorpus(source, work);
  const { files } = survey;
  const items = itemFormOf(summarize(survey, options.documents));
  const pace = new Pace('reading', work);
  const reader = new DocumentReader();
  const builder = new CopyIndexBuilder(
    files.reduce((sum, { bytes }) => sum + bytes, 0),
    items,
  );
  for (const { name, verdict } of files) {
    if (verdict.kind === 'skipped') continue;
    builder.startDocument(name);
    const form = formOf(verdict.layout, options.documents ?? 'files');
    const splitter = form !== null && isDeepStrictEqual(asWritten(form), items) ? new ItemSplitter(form) : null;
    const addItems = (complete: Iterable<string>) => {
      if (splitter === null || items === null) return;
      for (const item of complete) builder.addItem(...bareAt(item, splitter.start, items));
    };
    try {
      for (const piece of reader.pieces(verdict.origin, verdict.language)) {
        const text = normalizedFor(options, piece);
        builder.add(text);
        if (splitter !== null) addItems(splitter.push(text));
        if (pace.due) await pace.rest();
      }
      if (splitter !== null) addItems(splitter.end());
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
    }
  }
  return builder.finish();
}

/** The form that a model writes such items in. */
function asWritten(form: ItemForm): ItemForm {
  return form.unit === 'lines' ? form : { unit: 'blocks', separator: form.separator };
}

/** An item without blanks around it and what ends it, and where that stands. */
function bareAt(item: string, start: number, form: ItemForm): readonly [string, number] {
  const text = bare(item, form);
  const trimmed = text.trimStart();
  return [trimmed, start + text.length - trimmed.length];
}

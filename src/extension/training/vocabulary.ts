import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { isWithin } from '../../base/paths';
import { withLineFeeds } from '../../base/text';
import type { CorpusSource } from '../../corpus/corpus';
import { renewedSource } from '../../corpus/read/renewal';
import { createTokenizer } from '../../corpus/tokenizers/create';
import { readDescription } from '../../model/readModel';
import type { TrainParams } from '../../protocol/jobs';
import { readCorpusManifest } from '../../training/record/corpusManifest';
import { freshTexts } from '../corpus/freshDocuments';
import { corpusName } from '../corpus/roots';
import type { Spools } from '../corpus/spools';
import { UserError } from '../failure';

/** A training that teaches a model the characters of a document, but for its budget and its name. */
export type VocabularyTraining = Pick<
  Extract<TrainParams, { kind: 'new' }>,
  'modelsFolder' | 'corpus' | 'from' | 'symbols'
> & {
  /** Of the model that learns on. */
  readonly name: string;
};

/**
 * What it takes to teach a model the characters of a document: it learns on, from the text that it knows and from this.
 * @throws UserError where it knows them all; ModelError where its text isn't known here.
 */
export async function vocabularyTraining(
  folder: string,
  document: vscode.TextDocument,
  spools: Spools,
  token: vscode.CancellationToken,
): Promise<VocabularyTraining> {
  const { name, tokenizer } = await readDescription(folder);
  const text = withLineFeeds(document.getText());
  const symbols = Array.from(new Set(createTokenizer(tokenizer).unknownPieces(text)));
  if (symbols.length === 0) throw new UserError(`"${name}" knows every character of this document.`);
  const manifest = await readCorpusManifest(folder);
  const source = renewedSource(manifest.source, await freshTexts(folder, { spools }, token));
  const { documents, weights } = manifest.options;
  const corpus = {
    source: withDocument(source, document),
    tokenizer: tokenizer.kind,
    ...(documents !== undefined && { documents }),
    ...(weights !== undefined && { weights }),
  };
  return { name, modelsFolder: dirname(folder), corpus, from: folder, symbols };
}

/** A corpus with one more document: as the file that it is, or as the text on screen where that isn't saved. */
function withDocument(source: CorpusSource, document: vscode.TextDocument): CorpusSource {
  const { uri, isDirty } = document;
  const isFile = uri.scheme === 'file';
  if (isFile && !isDirty) {
    const isThere = source.paths.some((path) => isWithin(uri.fsPath, path));
    return isThere ? source : { ...source, paths: [...source.paths, uri.fsPath] };
  }
  const name = isFile ? corpusName(uri.fsPath, source.root) : `${uri.path.split('/').at(-1) ?? 'Untitled'}.txt`;
  const others = source.documents.filter((other) => other.name !== name);
  return { ...source, documents: [...others, { name, text: document.getText() }] };
}

import { buildCorpus } from '../corpus/build';
import type { Corpus, CorpusOptions, CorpusSource } from '../corpus/corpus';
import type { WorkOptions } from '../corpus/pace';
import type { TokenizerDescription } from '../corpus/tokenizer';
import { type Architecture, parameter, type Parameters, type Tensor } from '../model/architecture';
import { maximumVocabulary } from '../model/description';
import { initialParameters } from '../model/initialParameters';
import type { Model } from '../model/modelFolder';
import { vocabularySizeOf } from '../model/tokenizerDescription';

/**
 * A corpus for a model that starts from another one's weights: its tokens keep their ids, and symbols or words that the
 * text has beyond them get new ones. Bytes and byte pairs read any text as they are.
 * @param symbols that are to be known too, however rare they are in the text
 * @throws what buildCorpus throws
 */
export async function buildCorpusFor(
  ancestor: Model,
  source: CorpusSource,
  options: CorpusOptions,
  work?: WorkOptions,
  symbols: readonly string[] = [],
): Promise<Corpus> {
  const known = ancestor.description.tokenizer;
  if (known.kind === 'byte' || known.kind === 'bpe')
    return buildCorpus(source, { ...options, vocabulary: known }, work);
  const learned = await buildCorpus(source, { ...options, tokenizer: known.kind }, work);
  const wished = known.kind === 'char' ? { kind: known.kind, symbols } : { kind: known.kind, words: symbols };
  const vocabulary = extendTokenizer(extendTokenizer(known, wished), learned.tokenizer.description);
  learned.dispose();
  return buildCorpus(source, { ...options, vocabulary }, work);
}

/** A tokeniser with what another of its kind knows beyond it added at the end, as far as there is room. */
export function extendTokenizer(known: TokenizerDescription, other: TokenizerDescription): TokenizerDescription {
  if (known.kind === 'char' && other.kind === 'char')
    return { kind: 'char', symbols: union(known.symbols, other.symbols) };
  if (known.kind === 'word' && other.kind === 'word') return { kind: 'word', words: union(known.words, other.words) };
  return known;
}

function union(known: readonly string[], other: readonly string[]): readonly string[] {
  return Array.from(new Set([...known, ...other])).slice(0, maximumVocabulary - 2);
}

/** A model's weights for an architecture with more tokens: rows of the new ones as at birth, all else as it was. */
export function growParameters({ parameters }: Model, architecture: Architecture, seed: number): Parameters {
  const grown = new Map<string, Tensor>();
  for (const [name, fresh] of initialParameters(architecture, seed)) {
    fresh.data.set(parameter(parameters, name).data);
    grown.set(name, fresh);
  }
  return grown;
}

/** One sentence: what a new model starts from. */
export function warmOpening({ description }: Model, corpus: Corpus): string {
  const added = corpus.tokenizer.vocabularySize - vocabularySizeOf(description.tokenizer);
  const start = `Starts from the weights of "${description.name}"`;
  if (added === 0) return `${start}.`;
  return `${start}, whose vocabulary gets ${added} new ${added === 1 ? 'token' : 'tokens'}.`;
}

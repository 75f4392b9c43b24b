import { plural } from '../../base/format';
import { buildCorpus } from '../../corpus/build';
import type { Corpus, CorpusOptions, CorpusSource } from '../../corpus/corpus';
import type { WorkOptions } from '../../corpus/pace';
import { createTokenizer } from '../../corpus/tokenizers/create';
import type { Tokenizer, TokenizerDescription } from '../../corpus/tokenizers/tokenizer';
import { type Architecture, parameter, type Parameters, type Tensor, zeroParameters } from '../../model/architecture';
import { initialParameters } from '../../model/initialParameters';
import type { Model } from '../../model/modelFolder';
import { vocabularySizeOf } from '../../model/tokenizerDescription';
import type { Snapshot } from '../record/progress';

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
  const known = createTokenizer(ancestor.description.tokenizer);
  const more = known.symbols === null ? [] : [...symbols, ...(await learnedSymbols(known, source, options, work))];
  return buildCorpus(source, { ...options, vocabulary: known.extendedBy(more) }, work);
}

/** What becomes of a model's vocabulary when it is trained further. */
export type VocabularyWish =
  /** Nothing: new symbols stay unknown to it. */
  | 'keep'
  /** It gets the symbols or words that its text has beyond it. */
  | 'extend'
  /** It gets these. */
  | { readonly add: readonly string[] };

/**
 * The vocabulary with which a model is trained further on a source. Bytes and byte pairs know every symbol already.
 * @throws what buildCorpus throws
 */
export async function wishedVocabulary(
  description: TokenizerDescription,
  wish: VocabularyWish,
  source: CorpusSource,
  options: CorpusOptions,
  work?: WorkOptions,
): Promise<TokenizerDescription> {
  const known = createTokenizer(description);
  if (wish === 'keep' || known.symbols === null) return description;
  return known.extendedBy(wish === 'extend' ? await learnedSymbols(known, source, options, work) : wish.add);
}

/** What a tokeniser of the same kind learns from a source. */
async function learnedSymbols(
  { description }: Tokenizer,
  source: CorpusSource,
  options: CorpusOptions,
  work: WorkOptions | undefined,
): Promise<readonly string[]> {
  const learned = await buildCorpus(source, { ...options, tokenizer: description.kind }, work);
  learned.dispose();
  return learned.tokenizer.symbols ?? [];
}

/**
 * A model's weights for an architecture with more tokens: the new ones are read as they are initialized, all else is as it was. The head
 * knows nothing of them: rows as they are initialized would have a model that has learned expect them anywhere.
 */
export function growParameters(parameters: Parameters, architecture: Architecture, seed: number): Parameters {
  const born = initialParameters(architecture, seed);
  born.get('head.weight')?.data.fill(0);
  return overlaid(born, parameters);
}

/** A run's state for an architecture with more tokens, of which the optimiser knows nothing yet. */
export function growSnapshot(snapshot: Snapshot, vocabularySize: number): Snapshot {
  const { state, progress, scored } = snapshot;
  const { hyperparameters } = progress;
  if (hyperparameters.architecture.vocabularySize === vocabularySize) return snapshot;
  const architecture = { ...hyperparameters.architecture, vocabularySize };
  return {
    state: {
      ...state,
      parameters: growParameters(state.parameters, architecture, hyperparameters.seed),
      averaged: growParameters(state.averaged, architecture, hyperparameters.seed),
      firstMoments: overlaid(zeroParameters(architecture), state.firstMoments),
      secondMoments: overlaid(zeroParameters(architecture), state.secondMoments),
    },
    progress: { ...progress, hyperparameters: { ...hyperparameters, architecture } },
    ...(scored && { scored: growParameters(scored, architecture, hyperparameters.seed) }),
  };
}

/** Tensors with smaller ones laid over their first rows. */
function overlaid(tensors: Parameters, smaller: Parameters): Parameters {
  const grown = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    tensor.data.set(parameter(smaller, name).data);
    grown.set(name, tensor);
  }
  return grown;
}

/** One sentence: what a new model starts from. */
export function warmOpening({ description }: Model, corpus: Corpus): string {
  const added = corpus.tokenizer.vocabularySize - vocabularySizeOf(description.tokenizer);
  const start = `Starts from the weights of "${description.name}"`;
  if (added === 0) return `${start}.`;
  return `${start}, whose vocabulary gets ${plural(added, 'new token')}.`;
}

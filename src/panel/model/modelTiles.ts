import { formatBytes, formatDuration, formatLoss, formatShortCount, speakDuration } from '../../base/format';
import { asItWrites, eachAlone } from '../../model/asItWrites';
import { learnedSince } from '../../model/modelCard';
import { tokenizerKinds } from '../../model/tokenizerKinds';
import type { ModelPage } from '../../protocol/modelPage';
import { againstBaseline } from '../../training/validation/comparison';
import type { Tile } from '../page/tiles';
import { toUnit } from '../page/units';

/** The large numbers of a model: how good, how long, how large, from how much text, in what steps. */
export function modelTiles(model: ModelPage): readonly Tile[] {
  return [quality(model), time(model), size(model), text(model), reading(model)];
}

function quality({ description, history }: ModelPage): Tile {
  const name = 'Loss on unseen text';
  const { best, memory } = description;
  const reached = asItWrites(description);
  if (best === null || reached === null)
    return { name, value: '–', unit: '', details: ['not scored yet'], spoken: 'not known yet' };
  const nats = reached.natsPerCharacter;
  return {
    name,
    value: formatLoss(nats),
    unit: 'nats/char',
    details: [
      `${formatLoss(reached.bitsPerCharacter)} bits/char · perplexity ${formatLoss(toUnit(nats, 'perplexity'))}`,
      againstBaseline(nats, history.baseline) ?? '',
      ...(memory === undefined ? [] : [eachAlone(best.natsPerCharacter, memory.alone)]),
      ...(description.finishing === undefined ? [] : [learnedSince]),
    ],
  };
}

function time({ description: { trained } }: ModelPage): Tile {
  return {
    name: 'Trained for',
    value: formatDuration(trained.seconds),
    unit: '',
    details: [`${formatShortCount(trained.steps)} steps`, `${formatShortCount(trained.tokens)} tokens read`],
    spoken: speakDuration(trained.seconds),
  };
}

function size({ description: { architecture }, parameters, files }: ModelPage): Tile {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    name: 'Weights',
    value: formatShortCount(parameters),
    unit: '',
    details: [`LSTM ${architecture.layers} × ${architecture.hiddenSize}`, `${formatBytes(bytes)} in all`],
  };
}

function text({ description: { corpus } }: ModelPage): Tile {
  const { files, characters, languages } = corpus.summary;
  const kinds = languages.map(({ language }) => language).slice(0, 3);
  return {
    name: 'Text',
    value: formatShortCount(characters),
    unit: 'chars',
    details: [files === 1 ? 'one file' : `${formatShortCount(files)} files`, kinds.join(', ')],
  };
}

function reading({ tokenizer, description: { architecture } }: ModelPage): Tile {
  return {
    name: 'Writes in',
    value: tokenizerKinds[tokenizer].tokens,
    unit: '',
    details: [`${formatShortCount(architecture.vocabularySize)} of them`, `embedding ${architecture.embeddingSize}`],
  };
}

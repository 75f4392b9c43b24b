import {
  formatBytes,
  formatDuration,
  formatLoss,
  formatPercent,
  formatProgress,
  formatShortCount,
  speakDuration,
} from '../../base/format';
import { engineNames } from '../../engine/engineNames';
import { eachAlone } from '../../model/asItWrites';
import { learnedSince } from '../../model/modelCard';
import { isFinished, type Run } from '../../training/record/run';
import { againstBaseline } from '../../training/validation/comparison';
import { type Tile, Tiles } from '../page/tiles';
import { bestEvaluation, isCharacterwise, toUnit } from '../page/units';

/** The large numbers of a run: how good, how long, how fast, how heavy, on what. */
export class Numbers {
  private readonly tiles = new Tiles();
  readonly element = this.tiles.element;

  update(run: Run): void {
    this.tiles.update([quality(run), time(run), speed(run), memory(run), engine(run)]);
  }
}

function quality(run: Run): Tile {
  const best = bestEvaluation(run);
  const name = 'Loss on unseen text';
  if (best === undefined) return { name, value: '–', unit: '', details: ['first score soon'], spoken: 'not known yet' };
  // At its end a run scores all of the held-out text, of which each evaluation has seen a part.
  const nats = run.finished?.natsPerCharacter ?? best.natsPerCharacter;
  return {
    name,
    value: formatLoss(nats),
    unit: 'nats/char',
    details: [
      `${formatLoss(toUnit(nats, 'bits'))} bits/char · perplexity ${formatLoss(toUnit(nats, 'perplexity'))}`,
      againstBaseline(nats, run.baseline) ?? '',
      ...memoryDetail(run),
      ...(run.finished !== null && isFinished(run) ? [learnedSince] : []),
    ],
  };
}

function memoryDetail({ finished }: Run): readonly string[] {
  const { lstm, memoryAlone } = finished ?? {};
  return lstm === undefined || memoryAlone === undefined ? [] : [eachAlone(lstm, memoryAlone)];
}

function time(run: Run): Tile {
  const last = run.progress.at(-1);
  const { finished } = run;
  if (finished !== null) {
    return {
      name: 'Trained for',
      value: formatDuration(finished.seconds),
      unit: '',
      details: [`${formatShortCount(finished.step)} steps`, `${formatShortCount(last?.tokens ?? 0)} ${tokenNoun(run)}`],
      spoken: speakDuration(finished.seconds),
    };
  }
  if (last === undefined) {
    return { name: 'Time left', value: '–', unit: '', details: [budget(run)], spoken: 'not known yet' };
  }
  return {
    name: 'Time left',
    value: formatDuration(last.secondsLeft),
    unit: '',
    details: [`${formatProgress(last.share)} of ${budget(run)}`, `step ${formatShortCount(last.step)}`],
    spoken: speakDuration(last.secondsLeft),
  };
}

function budget(run: Run): string {
  const { budget: asked } = run.started.hyperparameters;
  if (asked.kind === 'steps') return `${formatShortCount(asked.steps)} steps`;
  return formatDuration(asked.minutes * 60);
}

function speed(run: Run): Tile {
  const name = 'Speed';
  const last = run.progress.at(-1);
  if (last === undefined) return { name, value: '–', unit: '', details: [], spoken: 'not known yet' };
  const passes = last.tokens / Math.max(run.started.trainingTokens, 1);
  const read = passes < 1 ? `${formatPercent(passes)} of the text read` : `text read ${passes.toFixed(1)} times`;
  return {
    name,
    value: formatShortCount(last.tokensPerSecond),
    unit: isCharacterwise(run) ? 'chars/s' : 'tokens/s',
    details: [read, `${formatShortCount(last.tokens)} ${tokenNoun(run)} in all`],
  };
}

function memory(run: Run): Tile {
  const last = run.progress.at(-1);
  const { architecture } = run.started.hyperparameters;
  return {
    name: 'Memory',
    value: last === undefined ? '–' : formatBytes(last.memory),
    unit: '',
    details: [
      `${formatShortCount(run.started.parameters)} weights`,
      `LSTM ${architecture.layers} × ${architecture.hiddenSize}`,
    ],
  };
}

function engine(run: Run): Tile {
  const { name, reason } = run.started.engine;
  const threads = run.progress.at(-1)?.threads ?? run.started.engine.threads;
  return {
    name: 'Engine',
    value: engineNames[name].label,
    unit: '',
    details: [threads === 1 ? 'one thread' : `${threads} threads`, reason],
  };
}

function tokenNoun(run: Run): string {
  return isCharacterwise(run) ? 'characters' : 'tokens';
}

import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatProgress,
  formatShortCount,
  plural,
} from '../base/format';
import { type CorpusProgress, type CorpusSummary, reasonText } from '../corpus/corpus';
import { itemsText } from '../corpus/items/itemsText';
import { asItWrites, eachAlone } from '../model/asItWrites';
import type { ModelDescription } from '../model/description';
import { savedHyperparameters } from '../model/description';
import { learnedSince } from '../model/modelCard';
import { coach } from '../training/coach';
import type { SessionEnd } from '../training/prepare/trainingJob';
import type { EvaluationEvent, ProgressEvent, StartedEvent, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import { baselineName } from '../training/validation/comparison';
import { type Screen, sayJson, screen } from './terminal';

/** Shows how a training goes. */
export interface TrainReporter {
  readonly corpus: (progress: CorpusProgress) => void;
  readonly event: (event: TrainingEvent) => void;
  /** The training is over, and this is the model that it has left. */
  readonly done: (folder: string, description: ModelDescription, end: SessionEnd, run: Run | null) => void;
}

/** The reporter that suits: for programs, for a person at a terminal, or for a pipe. */
export function trainReporter(json: boolean): TrainReporter {
  if (json) return new JsonReporter();
  return new LineReporter(screen());
}

/** One object a line on standard output. */
class JsonReporter implements TrainReporter {
  private engine = '';

  corpus(): void {
    // Told once it is read: see the event "started".
  }

  event(event: TrainingEvent): void {
    switch (event.type) {
      case 'started': {
        const { summary, trainingTokens, validationTokens, tokenizer, vocabularySize } = event;
        this.engine = event.engine.name;
        sayJson({ event: 'corpus', ...summary, trainingTokens, validationTokens, tokenizer, vocabularySize });
        const { folder, name, hyperparameters, parameters, engine, step } = event;
        const recipe = savedHyperparameters(hyperparameters);
        sayJson({ event: 'started', model: folder, name, step, parameters, engine, recipe });
        break;
      }
      case 'evaluation': {
        const { type, ...rest } = event;
        sayJson({ event: type, ...rest, engine: this.engine });
        break;
      }
      case 'sample':
      case 'note':
      case 'baseline': {
        const { type, ...rest } = event;
        sayJson({ event: type, ...rest });
        break;
      }
      case 'progress':
      case 'finished':
        break;
      default:
        event satisfies never;
    }
  }

  done(model: string, description: ModelDescription, { kind: outcome }: SessionEnd): void {
    const { best, baseline, trained, finishing, memory } = description;
    const quality = best && {
      validation: best.natsPerToken,
      ...asItWrites(description),
      ...(memory && { frozen: memory.frozen, lstm: best.natsPerCharacter, memoryAlone: memory.alone }),
    };
    sayJson({
      event: 'done',
      model,
      outcome,
      ...quality,
      baseline: baseline?.natsPerCharacter ?? null,
      ...trained,
      finishing: finishing?.steps ?? 0,
    });
  }
}

/** Shows a training as lines for people. */
class LineReporter implements TrainReporter {
  constructor(private readonly screen: Screen) {}

  corpus({ phase, files, bytes }: CorpusProgress): void {
    this.screen.draw(`${phase} ${formatCount(files)} files, ${formatBytes(bytes)}`);
  }

  event(event: TrainingEvent): void {
    const { screen } = this;
    switch (event.type) {
      case 'started':
        for (const line of startLines(event)) screen.line(line);
        break;
      case 'evaluation':
        screen.line(evaluationLine(event));
        break;
      case 'sample':
        screen.line(`        at ${event.temperature}: ${inOneLine(event.prompt)}|${inOneLine(event.text)}`);
        break;
      case 'note':
        screen.line(`${formatDuration(event.seconds).padStart(6)}  ${event.message}`);
        break;
      case 'baseline':
        screen.line(`The ${baselineName(event)} reaches ${formatLoss(event.natsPerCharacter)} nats per character.`);
        break;
      case 'progress':
        screen.draw(bar(event));
        break;
      case 'finished':
        screen.draw('');
        break;
      default:
        event satisfies never;
    }
  }

  done(folder: string, description: ModelDescription, end: SessionEnd, run: Run | null): void {
    const { best, trained, finishing, memory } = description;
    const reached = asItWrites(description);
    if (best === null || reached === null) return;
    const { natsPerCharacter, bitsPerCharacter } = reached;
    const alone = memory === undefined ? '' : ` ${eachAlone(best.natsPerCharacter, memory.alone)}`;
    const quality = `${formatLoss(natsPerCharacter)} nats per character (${formatLoss(bitsPerCharacter)} bits)${alone}`;
    this.screen.line(`${endings[end.kind]} after ${formatDuration(trained.seconds)}: ${quality}.`);
    if (finishing !== undefined) this.screen.line(learnedSince);
    if (run !== null) this.screen.line(coach(run).message);
    this.screen.line(`Saved in ${folder}`);
  }
}

/** A sample, whose line ends a line of the terminal has no room for. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

const endings: Readonly<Record<SessionEnd['kind'], string>> = {
  completed: 'Trained',
  'early stop': 'Stopped, since its score on unseen text no longer improved,',
  stopped: 'Interrupted',
  suspended: 'Interrupted',
  discarded: 'Discarded',
  failed: 'Failed',
};

function bar({ share, loss, tokensPerSecond, secondsLeft }: ProgressEvent): string {
  const width = 24;
  const filled = Math.round(share * width);
  const percent = formatProgress(share).padStart(5);
  const speed = `${formatShortCount(tokensPerSecond)} tokens/s`;
  const blocks = '█'.repeat(filled) + '░'.repeat(width - filled);
  return `${blocks}${percent}  loss ${formatLoss(loss)}  ${speed}  ${formatDuration(secondsLeft)} left`;
}

function startLines(event: StartedEvent): readonly string[] {
  const { summary, hyperparameters, parameters, engine, tokenizer, vocabularySize } = event;
  const { hiddenSize, layers, embeddingSize } = hyperparameters.architecture;
  return [
    ...corpusLines(summary),
    `Tokeniser ${tokenizer}, ${formatCount(vocabularySize)} tokens; ${formatCount(event.validationTokens)} of ` +
      `${formatCount(event.trainingTokens + event.validationTokens)} kept as unseen text.`,
    `Model ${layers} x ${hiddenSize}, embedding ${embeddingSize}: ${formatCount(parameters)} parameters.`,
    `Engine ${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}. ${engine.reason}`,
  ];
}

function corpusLines(summary: CorpusSummary): readonly string[] {
  const { files, characters, skipped, secretLines, outside = 0, encodings = [], unreadable, items } = summary;
  const lines = [`${plural(files, 'file')}, ${formatCount(characters)} characters.`];
  if (items !== undefined) {
    lines.push(
      `${itemsText(items)}: each a text of its own, in a new order each time (--documents files: each file one).`,
    );
  }
  if (outside > 0) lines.push(`${plural(outside, 'file')} from outside of the folder.`);
  for (const { encoding, ...named } of encodings) lines.push(`Read as ${encoding}: ${someNames(named)}.`);
  if (unreadable !== undefined) {
    const { bytes, ...named } = unreadable;
    lines.push(`Could not read ${plural(bytes, 'byte')}, for which \ufffd stands: ${someNames(named)}.`);
  }
  if (skipped.length > 0) {
    const reasons = skipped.map(
      ({ reason, ...named }) => `${formatCount(named.files)} ${reasonText(reason)} (${someNames(named)})`,
    );
    lines.push(`Left out: ${reasons.join(', ')}.`);
  }
  const secrets = secretLines.reduce((sum, { lines }) => sum + lines, 0);
  if (secrets > 0) lines.push(`Left out ${formatCount(secrets)} lines that seem to hold a secret.`);
  return lines;
}

/** "one.txt, two.txt and 3 more" */
function someNames({ files, examples }: { readonly files: number; readonly examples: readonly string[] }): string {
  const shown = examples.slice(0, mostNamed);
  const more = files - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${formatCount(more)} more` : shown.join(', ');
}

/** Files that a line names. */
const mostNamed = 3;

function evaluationLine({ seconds, step, train, validation, natsPerCharacter, best }: EvaluationEvent): string {
  const bits = formatLoss(natsPerCharacter / Math.LN2);
  const losses = `train ${formatLoss(train)}  unseen ${formatLoss(validation)} nats/token, ${bits} bits/char`;
  return `${formatDuration(seconds).padStart(6)}  step ${formatCount(step).padStart(6)}  ${losses}${best ? '  *' : ''}`;
}

import type { CorpusProgress, CorpusSummary } from '../corpus/corpus';
import { itemsText } from '../corpus/items/itemsText';
import type { ModelDescription } from '../model/description';
import { coach } from '../training/coach';
import type { SittingEnd } from '../training/prepare/trainingJob';
import type { EvaluationEvent, ProgressEvent, StartedEvent, TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import { clockTime, grouped, oneLine } from './format';
import type { TrainReporter } from './trainReporter';

/** Lines, and below them one that changes. */
export interface Screen {
  readonly line: (text: string) => void;
  readonly draw: (text: string) => void;
}

/** A pipe or a log: what changes isn't shown. */
export const logScreen: Screen = {
  line: (text) => console.log(text),
  draw: () => undefined,
};

const clearLine = '\r\u001b[2K';

/** A terminal with a person before it. */
export const terminalScreen: Screen = {
  line: (text) => console.log(clearLine + text),
  draw: (text) => void process.stdout.write(clearLine + text.slice(0, process.stdout.columns - 1)),
};

/** Shows a training as lines for people. */
export class LineReporter implements TrainReporter {
  constructor(private readonly screen: Screen) {}

  corpus({ phase, files, bytes }: CorpusProgress): void {
    this.screen.draw(`${phase} ${grouped(files)} files, ${(bytes / 1e6).toFixed(1)} MB`);
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
        screen.line(`        at ${event.temperature}: ${oneLine(event.prompt)}|${oneLine(event.text)}`);
        break;
      case 'note':
        screen.line(`${clockTime(event.seconds).padStart(6)}  ${event.message}`);
        break;
      case 'baseline':
        screen.line(
          `An n-gram model reaches ${event.natsPerCharacter.toFixed(3)} nats per character: the line to beat.`,
        );
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

  done(folder: string, { best, trained }: ModelDescription, end: SittingEnd, run: Run | null): void {
    if (best === null) return;
    const { natsPerCharacter, bitsPerCharacter } = best;
    const quality = `${natsPerCharacter.toFixed(3)} nats per character (${bitsPerCharacter.toFixed(3)} bits)`;
    this.screen.line(`${endings[end.kind]} after ${clockTime(trained.seconds)}: ${quality}.`);
    if (run !== null) this.screen.line(coach(run).message);
    this.screen.line(`Saved in ${folder}`);
  }
}

const endings: Readonly<Record<SittingEnd['kind'], string>> = {
  completed: 'Trained',
  'early stop': 'Stopped, since the held-out text no longer got easier,',
  stopped: 'Interrupted',
  suspended: 'Interrupted',
  discarded: 'Discarded',
  failed: 'Failed',
};

function bar({ share, loss, tokensPerSecond, secondsLeft }: ProgressEvent): string {
  const width = 24;
  const filled = Math.round(share * width);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const speed = `${(tokensPerSecond / 1000).toFixed(1)} k tokens/s`;
  const blocks = '█'.repeat(filled) + '░'.repeat(width - filled);
  return `${blocks}${percent}  loss ${loss.toFixed(3)}  ${speed}  ${clockTime(secondsLeft)} left`;
}

function startLines(event: StartedEvent): readonly string[] {
  const { summary, recipe, parameters, engine, tokenizer, vocabularySize } = event;
  const { hiddenSize, layers, embeddingSize } = recipe.architecture;
  return [
    ...corpusLines(summary),
    `Tokeniser ${tokenizer}, ${grouped(vocabularySize)} tokens; ${grouped(event.validationTokens)} of ` +
      `${grouped(event.trainingTokens + event.validationTokens)} held out.`,
    `Model ${layers} x ${hiddenSize}, embedding ${embeddingSize}: ${grouped(parameters)} parameters.`,
    `Engine ${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}. ${engine.reason}`,
  ];
}

function corpusLines({ files, characters, skipped, secretLines, items }: CorpusSummary): readonly string[] {
  const lines = [`${grouped(files)} ${files === 1 ? 'file' : 'files'}, ${grouped(characters)} characters.`];
  if (items !== undefined) {
    lines.push(
      `${itemsText(items)}: each a text of its own, in a new order each time (--documents files: each file one).`,
    );
  }
  if (skipped.length > 0) {
    lines.push(`Left out: ${skipped.map(({ reason, files }) => `${grouped(files)} ${reason}`).join(', ')}.`);
  }
  const secrets = secretLines.reduce((sum, { lines }) => sum + lines, 0);
  if (secrets > 0) lines.push(`Left out ${grouped(secrets)} lines that seem to hold a secret.`);
  return lines;
}

function evaluationLine({ seconds, step, train, validation, natsPerCharacter, best }: EvaluationEvent): string {
  const bits = (natsPerCharacter / Math.LN2).toFixed(3);
  const losses = `train ${train.toFixed(3)}  held-out ${validation.toFixed(3)}  ${bits} bits/char`;
  return `${clockTime(seconds).padStart(6)}  step ${grouped(step).padStart(6)}  ${losses}${best ? '  *' : ''}`;
}

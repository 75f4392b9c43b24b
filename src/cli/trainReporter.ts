import type { CorpusProgress } from '../corpus/corpus';
import type { ModelDescription } from '../model/description';
import { savedHyperparameters } from '../model/description';
import type { SittingEnd } from '../training/prepare/trainingJob';
import type { TrainingEvent } from '../training/record/events';
import type { Run } from '../training/record/run';
import { LineReporter, logScreen, terminalScreen } from './trainLines';

/** Shows how a training goes. */
export interface TrainReporter {
  readonly corpus: (progress: CorpusProgress) => void;
  readonly event: (event: TrainingEvent) => void;
  /** The training is over, and this is the model that it has left. */
  readonly done: (folder: string, description: ModelDescription, end: SittingEnd, run: Run | null) => void;
}

/** The reporter that suits: for programs, for a person at a terminal, or for a pipe. */
export function trainReporter(json: boolean): TrainReporter {
  if (json) return new JsonReporter();
  return new LineReporter(process.stdout.isTTY ? terminalScreen : logScreen);
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
        print({ event: 'corpus', ...summary, trainingTokens, validationTokens, tokenizer, vocabularySize });
        const { folder, name, hyperparameters, parameters, engine, step } = event;
        const recipe = savedHyperparameters(hyperparameters);
        print({ event: 'started', model: folder, name, step, parameters, engine, recipe });
        break;
      }
      case 'evaluation': {
        const { type, ...rest } = event;
        print({ event: type, ...rest, engine: this.engine });
        break;
      }
      case 'sample':
      case 'note':
      case 'baseline': {
        const { type, ...rest } = event;
        print({ event: type, ...rest });
        break;
      }
      case 'progress':
      case 'finished':
        break;
      default:
        event satisfies never;
    }
  }

  done(model: string, { best, baseline, trained }: ModelDescription, { kind: outcome }: SittingEnd): void {
    const quality = best && {
      validation: best.natsPerToken,
      natsPerCharacter: best.natsPerCharacter,
      bitsPerCharacter: best.bitsPerCharacter,
    };
    print({ event: 'done', model, outcome, ...quality, baseline: baseline?.natsPerCharacter ?? null, ...trained });
  }
}

function print(object: object): void {
  console.log(JSON.stringify(object));
}

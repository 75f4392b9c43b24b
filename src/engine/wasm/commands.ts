import type { Update, WeightKind } from '../engine';
import type { ForwardPass } from './forward';
import type { Team } from './threadGroup';
import { derive, evaluate, inspect, train } from './trainingStep';
import { evaluationSpace, type Share } from './workerContext';

// A command's arguments, written by thread 0 into the control block and read by every thread, thread 0 too.

/** Whole-number arguments. */
const integer = { used: 0, weights: 1, length: 2, streams: 3 } as const;
/** Other arguments. */
const number = {
  rate: 0,
  beta1: 1,
  beta2: 2,
  epsilon: 3,
  weightDecay: 4,
  clipNorm: 5,
  averageDecay: 6,
  step: 7,
} as const;

/** Sets the arguments of `train`; `step` steps were taken before. */
export function askToTrain({ integers, numbers }: Team, used: number, update: Update, step: number): void {
  integers[integer.used] = used;
  numbers[number.rate] = update.rate;
  numbers[number.beta1] = update.beta1;
  numbers[number.beta2] = update.beta2;
  numbers[number.epsilon] = update.epsilon;
  numbers[number.weightDecay] = update.weightDecay;
  numbers[number.clipNorm] = update.clipNorm;
  numbers[number.averageDecay] = update.averageDecay;
  numbers[number.step] = step;
}

/** Sets the arguments of `inspect`. */
export function askToInspect({ integers, numbers }: Team, used: number, step: number): void {
  integers[integer.used] = used;
  numbers[number.step] = step;
}

/** Sets the arguments of `evaluate`. */
export function askToEvaluate(
  { integers }: Team,
  used: number,
  weights: WeightKind,
  length: number,
  streams: number,
): void {
  integers[integer.used] = used;
  integers[integer.weights] = weights === 'averaged' ? 1 : 0;
  integers[integer.length] = length;
  integers[integer.streams] = streams;
}

/** Does this thread's share of a step that was asked for. */
export function work(share: Share, command: 'derive' | 'train' | 'inspect' | 'evaluate'): void {
  switch (command) {
    case 'derive':
      derive(share);
      break;
    case 'train':
      train(share, trainingPass(share), requestedUpdate(share), requestedStep(share) + 1);
      break;
    case 'inspect':
      inspect(share, trainingPass(share));
      break;
    case 'evaluate':
      evaluate(share, evaluationPass(share));
      break;
    default:
      command satisfies never;
  }
}

function requestedStep({ team }: Share): number {
  return team.numbers[number.step] ?? 0;
}

function requestedUpdate({ team: { numbers } }: Share): Update {
  return {
    rate: numbers[number.rate] ?? 0,
    beta1: numbers[number.beta1] ?? 0,
    beta2: numbers[number.beta2] ?? 0,
    epsilon: numbers[number.epsilon] ?? 0,
    weightDecay: numbers[number.weightDecay] ?? 0,
    clipNorm: numbers[number.clipNorm] ?? 0,
    averageDecay: numbers[number.averageDecay] ?? 0,
  };
}

function trainingPass(share: Share): ForwardPass {
  return {
    weights: share.model.current,
    batch: share.batch.forward,
    used: share.team.integers[integer.used] ?? 0,
    carried: share.batch.carried,
    dropoutStep: requestedStep(share),
    quantized: null,
  };
}

function evaluationPass(share: Share): ForwardPass {
  const { model, team } = share;
  const space = evaluationSpace(share, team.integers[integer.length] ?? 0, team.integers[integer.streams] ?? 0);
  const usesAverage = team.integers[integer.weights] === 1;
  return {
    weights: usesAverage ? model.averaged : model.current,
    quantized: usesAverage || model.quantized === null ? null : { ...model.quantized, rows: space.quantizedRows },
    batch: space.forward,
    used: team.integers[integer.used] ?? 0,
    carried: space.carried,
    dropoutStep: null,
  };
}

import type { Update, WeightKind } from '../engine';
import type { ForwardPass } from './forward';
import type { ThreadGroup } from './threadGroup';
import { derive, evaluate, inspect, train } from './trainingStep';
import { evaluationSpace, type WorkerContext } from './workerContext';

// A command's arguments, written by thread 0 into the control block and read by every thread, thread 0 too.

/** Whole-number arguments. */
const integer = { used: 0, weights: 1, length: 2, streams: 3, shows: 4 } as const;
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
export function askToTrain({ integers, numbers }: ThreadGroup, used: number, update: Update, step: number): void {
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
export function askToInspect({ integers, numbers }: ThreadGroup, used: number, step: number): void {
  integers[integer.used] = used;
  numbers[number.step] = step;
}

/** Sets the arguments of `evaluate`; `shows` tells whether logits are looked at. */
export function askToEvaluate(
  { integers }: ThreadGroup,
  used: number,
  weights: WeightKind,
  length: number,
  streams: number,
  shows: boolean,
): void {
  integers[integer.used] = used;
  integers[integer.weights] = weights === 'averaged' ? 1 : 0;
  integers[integer.length] = length;
  integers[integer.streams] = streams;
  integers[integer.shows] = shows ? 1 : 0;
}

/** Does this thread's part of a step that was asked for. */
export function work(context: WorkerContext, command: 'derive' | 'train' | 'inspect' | 'evaluate'): void {
  switch (command) {
    case 'derive':
      derive(context);
      break;
    case 'train':
      train(context, trainingPass(context), requestedUpdate(context), requestedStep(context) + 1);
      break;
    case 'inspect':
      inspect(context, trainingPass(context));
      break;
    case 'evaluate':
      evaluate(context, evaluationPass(context), context.group.integers[integer.shows] === 1);
      break;
    default:
      command satisfies never;
  }
}

function requestedStep({ group }: WorkerContext): number {
  return group.numbers[number.step] ?? 0;
}

function requestedUpdate({ group: { numbers } }: WorkerContext): Update {
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

function trainingPass(context: WorkerContext): ForwardPass {
  return {
    weights: context.model.current,
    batch: context.batch.forward,
    used: context.group.integers[integer.used] ?? 0,
    carried: context.batch.carried,
    dropoutStep: requestedStep(context),
    quantized: null,
  };
}

function evaluationPass(context: WorkerContext): ForwardPass {
  const { model, group } = context;
  const space = evaluationSpace(context, group.integers[integer.length] ?? 0, group.integers[integer.streams] ?? 0);
  const usesAverage = group.integers[integer.weights] === 1;
  return {
    weights: usesAverage ? model.averaged : model.current,
    quantized: usesAverage || model.quantized === null ? null : { ...model.quantized, rows: space.quantizedRows },
    batch: space.forward,
    used: group.integers[integer.used] ?? 0,
    carried: space.carried,
    dropoutStep: null,
  };
}

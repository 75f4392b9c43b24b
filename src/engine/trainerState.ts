import { type Architecture, type Parameters, zeroParameters } from '../model/model';
import type { TrainerState, Update } from './engine';

/** The state of a run that has taken no step: moments and carried state zero, the average equal to the weights. */
export function freshState(architecture: Architecture, parameters: Parameters, streams: number): TrainerState {
  return {
    step: 0,
    parameters,
    averaged: parameters,
    firstMoments: zeroParameters(architecture),
    secondMoments: zeroParameters(architecture),
    carried: new Float32Array(architecture.layers * 2 * streams * architecture.hiddenSize),
  };
}

/** An update of usual numbers, for steps that are taken to be timed. */
export const plainUpdate: Update = {
  rate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  averageDecay: 0.99,
};

import { type Architecture, type Parameters, zeroParameters } from '../model/model';
import type { TrainerState } from './engine';

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

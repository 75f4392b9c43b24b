import type { Architecture, Parameters } from '../../model/model';
import type { Predictor } from '../engine';
import { deriveForward } from './derivedWeights';
import { instantiate, type KernelBuild } from './kernelBuild';
import type { Kernels } from './kernels';
import { MemoryView } from './memoryView';
import { writeParameters } from './parameterLayout';
import { layOutPredictor, type PredictorMemory } from './predictorMemory';
import { ThreadGroup } from './threadGroup';
import { makeMemory } from './threadPool';
import type { Address } from './units';

/** A model predicting by the kernels, on the calling thread and in a memory of its own. */
export class WasmPredictor implements Predictor {
  readonly stateSize: number;
  private readonly memory: PredictorMemory;
  private readonly kernels: Kernels;
  private readonly view: MemoryView;

  /** @param build kernels for private memory */
  constructor(
    build: KernelBuild,
    readonly architecture: Architecture,
    parameters: Parameters,
  ) {
    const { layers, hiddenSize } = architecture;
    this.stateSize = 2 * layers * hiddenSize;
    this.memory = layOutPredictor(architecture);
    const memory = makeMemory(this.memory.end, false);
    this.kernels = instantiate(build, memory);
    this.view = new MemoryView(memory);
    this.load(parameters);
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    this.readState(state);
    const output = this.advance(token);
    this.writeState(state);
    this.runHead(output);
    const from = this.memory.logits / 4;
    const floats = this.view.floats;
    for (let id = 0; id < this.architecture.vocabularySize; id++) logits[id] = floats[from + id] ?? 0;
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    this.readState(state);
    const { folded } = this.memory;
    for (let start = 0; start < tokens.length; start += folded.capacity) {
      const next = tokens.subarray(start, start + folded.capacity);
      folded.prepare(this.kernels, this.view.integers, next);
      for (const token of next) this.advance(token);
    }
    this.writeState(state);
  }

  dispose(): void {
    // The memory goes with the object.
  }

  private load(parameters: Parameters): void {
    const { kernels, view, architecture } = this;
    const { arena, layout, panels, weights, ones, matrices } = this.memory;
    writeParameters(layout, view.floats.subarray(arena / 4, arena / 4 + layout.floats), parameters);
    view.integers[ones / 4] = -1;
    const group = new ThreadGroup(ThreadGroup.control(1), 0, 1);
    deriveForward({ kernels, view, group, model: { architecture, panels } }, weights);
    for (const matrix of matrices) matrix.quantize(kernels);
  }

  /** Reads one token; the address of the last layer's output. */
  private advance(token: number): Address {
    const { kernels, memory } = this;
    const { gates } = memory;
    const panels = memory.panels.hidden;
    let below = 0;
    for (const { hidden, cell, bias, input, recurrent } of memory.layers) {
      let initial = gates;
      if (input === null) initial = memory.folded.row(kernels, this.view.integers, token);
      else input.matvec(kernels, gates, bias, below);
      recurrent.matvec(kernels, gates, initial, hidden);
      kernels.cellForwardRow(gates, panels, cell, hidden, memory.cellTanh, memory.ones);
      below = hidden;
    }
    return below;
  }

  private runHead(output: Address): void {
    const { kernels, memory } = this;
    const { projection, projected, head, weights, logits, zeros } = memory;
    projection?.matvec(kernels, projected, zeros, output);
    head.matvec(kernels, logits, weights.headBias, projection === null ? output : projected);
  }

  /** @throws RangeError when the state is not one of this model. */
  private readState(state: Float32Array): void {
    if (state.length !== this.stateSize) throw new RangeError('The state is of another model.');
    const { hiddenSize } = this.architecture;
    const floats = this.view.floats;
    let from = 0;
    for (const { hidden, cell } of this.memory.layers) {
      for (let unit = 0; unit < hiddenSize; unit++) floats[hidden / 4 + unit] = state[from++] ?? 0;
      for (let unit = 0; unit < hiddenSize; unit++) floats[cell / 4 + unit] = state[from++] ?? 0;
    }
  }

  private writeState(state: Float32Array): void {
    const { hiddenSize } = this.architecture;
    const floats = this.view.floats;
    let to = 0;
    for (const { hidden, cell } of this.memory.layers) {
      for (let unit = 0; unit < hiddenSize; unit++) state[to++] = floats[hidden / 4 + unit] ?? 0;
      for (let unit = 0; unit < hiddenSize; unit++) state[to++] = floats[cell / 4 + unit] ?? 0;
    }
  }
}

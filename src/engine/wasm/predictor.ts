import type { Architecture, Parameters } from '../../model/model';
import type { Predictor } from '../engine';
import { Allocator } from './allocator';
import { makeMemory } from './crew';
import { deriveForward } from './derive';
import type { KernelBuild } from './kernelBuild';
import { instantiate, type Kernels } from './kernels';
import { MemoryView } from './memoryView';
import { countPanels, type ForwardWeights, hasProjection, layOutForwardWeights, type PanelCounts } from './modelMemory';
import { layOutParameters, lineBytes, padded, panelWidth, writeParameters } from './parameterLayout';
import { Team } from './team';

/** The largest table of folded first-layer inputs that is kept; beyond it they are worked out each time. */
const largestTable = 64 << 20;

/** Addresses of what a prediction reads and writes beside the weights. */
interface Scratch {
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
  readonly gates: number;
  readonly cellTanh: number;
  readonly projected: number;
  readonly logits: number;
  readonly zeros: number;
  readonly ones: number;
  /** For each token its folded input gates, filled in when it is first read. One row only, if all would be too many. */
  readonly table: number;
}

/** A model predicting by the kernels, on the calling thread and in a memory of its own. */
export class WasmPredictor implements Predictor {
  readonly stateSize: number;
  private readonly kernels: Kernels;
  private readonly view: MemoryView;
  private readonly panels: PanelCounts;
  private readonly weights: ForwardWeights;
  private readonly scratch: Scratch;
  private readonly folded: Uint8Array;
  private readonly keepsTable: boolean;

  /** @param build kernels for private memory */
  constructor(
    build: KernelBuild,
    readonly architecture: Architecture,
    parameters: Parameters,
  ) {
    const { layers, hiddenSize, vocabularySize } = architecture;
    this.stateSize = 2 * layers * hiddenSize;
    this.panels = countPanels(architecture);
    const layout = layOutParameters(architecture);
    const allocator = new Allocator(1 << 16);
    const arena = allocator.floats(layout.floats);
    this.weights = layOutForwardWeights(architecture, layout, arena, allocator);
    this.keepsTable = vocabularySize * this.panels.gates * lineBytes <= largestTable;
    this.folded = new Uint8Array(vocabularySize);
    this.scratch = this.layOutScratch(allocator);
    const memory = makeMemory(allocator.end, false);
    this.kernels = instantiate(build, memory);
    this.view = new MemoryView(memory);
    writeParameters(layout, this.view.floats.subarray(arena / 4, arena / 4 + layout.floats), parameters);
    this.view.integers.fill(-1, this.scratch.ones / 4, this.scratch.ones / 4 + 1);
    const { kernels, view, panels, weights } = this;
    const team = new Team(Team.control(1), 0, 1);
    deriveForward({ kernels, view, team, model: { architecture, panels } }, weights);
  }

  next(state: Float32Array, token: number, logits: Float32Array): void {
    this.readState(state);
    const output = this.advance(token);
    this.writeState(state);
    this.runHead(output);
    const from = this.scratch.logits / 4;
    const floats = this.view.floats;
    for (let id = 0; id < this.architecture.vocabularySize; id++) logits[id] = floats[from + id] ?? 0;
  }

  prime(state: Float32Array, tokens: Uint16Array): void {
    this.readState(state);
    for (const token of tokens) this.advance(token);
    this.writeState(state);
  }

  dispose(): void {
    // The memory goes with the object.
  }

  /** Reads one token; the address of the last layer's output. */
  private advance(token: number): number {
    const { kernels, scratch, weights, panels } = this;
    const inputs = panels.hidden * panelWidth;
    let below = 0;
    for (let layer = 0; layer < this.architecture.layers; layer++) {
      const hidden = scratch.hidden[layer] ?? 0;
      const cell = scratch.cell[layer] ?? 0;
      let initial = scratch.gates;
      if (layer === 0) {
        initial = this.foldedInput(token);
      } else {
        const bias = weights.bias[layer] ?? 0;
        kernels.multiplyRow(scratch.gates, bias, below, inputs, weights.input[layer] ?? 0, panels.gates);
      }
      kernels.multiplyRow(scratch.gates, initial, hidden, inputs, weights.recurrent[layer] ?? 0, panels.gates);
      kernels.cellForwardRow(scratch.gates, panels.hidden, cell, hidden, scratch.cellTanh, scratch.ones);
      below = hidden;
    }
    return below;
  }

  /** The address of what a token adds to the first layer's gates. */
  private foldedInput(token: number): number {
    const { vocabularySize } = this.architecture;
    if (token >= vocabularySize) {
      throw new RangeError(`Token ${token} is not in this model's vocabulary of ${vocabularySize}.`);
    }
    const { kernels, scratch, weights, panels } = this;
    const row = this.keepsTable ? scratch.table + token * panels.gates * lineBytes : scratch.table;
    if (this.keepsTable && this.folded[token] === 1) return row;
    const embedding = weights.embedding + token * panels.embedding * lineBytes;
    const inputs = panels.embedding * panelWidth;
    kernels.multiplyRow(row, weights.bias[0] ?? 0, embedding, inputs, weights.input[0] ?? 0, panels.gates);
    this.folded[token] = 1;
    return row;
  }

  private runHead(output: number): void {
    const { kernels, scratch, weights, panels, architecture } = this;
    let input = output;
    let width = panels.hidden * panelWidth;
    if (hasProjection(architecture)) {
      kernels.multiplyRow(scratch.projected, scratch.zeros, output, width, weights.projection, panels.embedding);
      input = scratch.projected;
    }
    if (architecture.tied) width = panels.embedding * panelWidth;
    kernels.multiplyRow(scratch.logits, weights.headBias, input, width, weights.head, panels.vocabulary);
  }

  private readState(state: Float32Array): void {
    const { hiddenSize, layers } = this.architecture;
    if (state.length !== this.stateSize) throw new RangeError('The state is of another model.');
    const floats = this.view.floats;
    for (let layer = 0, from = 0; layer < layers; layer++) {
      const hidden = (this.scratch.hidden[layer] ?? 0) / 4;
      const cell = (this.scratch.cell[layer] ?? 0) / 4;
      for (let unit = 0; unit < hiddenSize; unit++) floats[hidden + unit] = state[from++] ?? 0;
      for (let unit = 0; unit < hiddenSize; unit++) floats[cell + unit] = state[from++] ?? 0;
    }
  }

  private writeState(state: Float32Array): void {
    const { hiddenSize, layers } = this.architecture;
    const floats = this.view.floats;
    for (let layer = 0, to = 0; layer < layers; layer++) {
      const hidden = (this.scratch.hidden[layer] ?? 0) / 4;
      const cell = (this.scratch.cell[layer] ?? 0) / 4;
      for (let unit = 0; unit < hiddenSize; unit++) state[to++] = floats[hidden + unit] ?? 0;
      for (let unit = 0; unit < hiddenSize; unit++) state[to++] = floats[cell + unit] ?? 0;
    }
  }

  private layOutScratch(memory: Allocator): Scratch {
    const { layers, hiddenSize, embeddingSize, vocabularySize } = this.architecture;
    const states = (): number => memory.floats(padded(hiddenSize));
    const rows = this.keepsTable ? vocabularySize : 1;
    return {
      hidden: Array.from({ length: layers }, states),
      cell: Array.from({ length: layers }, states),
      gates: memory.floats(4 * padded(hiddenSize)),
      cellTanh: states(),
      projected: memory.floats(padded(embeddingSize)),
      logits: memory.floats(padded(vocabularySize)),
      zeros: memory.floats(padded(Math.max(embeddingSize, hiddenSize))),
      ones: memory.bytes(lineBytes),
      table: memory.bytes(rows * this.panels.gates * lineBytes),
    };
  }
}

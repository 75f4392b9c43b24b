import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Graph, type GraphNode, graphTag } from './graph';
import type { Native, TensorId } from './native';

/** A function of a compiled graph: tensors in, new tensors out, in the order of the nodes it was made of. */
export type GraphFunction = (inputs: readonly TensorId[]) => TensorId[];

/**
 * A graph inside TensorFlow, ready to run. TensorFlow.js has one door to TensorFlow's graph executor, which costs a
 * microsecond an operation where a call from JavaScript costs ten, and runs independent operations at once: a SavedModel.
 * So the graph goes through a file, for as long as it takes to load.
 */
export class CompiledGraph {
  private readonly native: Native;
  private readonly session: number;

  constructor(native: Native, graph: Graph) {
    this.native = native;
    const folder = mkdtempSync(join(tmpdir(), 'textloom-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), graph.encode());
      this.session = native.binding.loadSavedModel(folder, graphTag);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The part of the graph that computes `outputs`; it is optimised when it first runs. */
  function(inputs: readonly GraphNode[], outputs: readonly GraphNode[]): GraphFunction {
    const { binding } = this.native;
    const inputNames = inputs.join();
    const outputNames = outputs.join();
    return (values) => binding.runSavedModel(this.session, values, inputNames, outputNames).map(({ id }) => id);
  }

  dispose(): void {
    this.native.binding.deleteSavedModel(this.session);
  }
}

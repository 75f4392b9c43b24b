import type { Graph, GraphNode } from './graph';

/** Hidden and cell state of a layer, each [B, H]. */
export interface State {
  readonly hidden: GraphNode;
  readonly cell: GraphNode;
}

/** What a time step leaves for the backward pass; all [B, H]. */
interface Step {
  /** The state that the step began from, after a reset. */
  readonly before: State;
  readonly after: State;
  readonly i: GraphNode;
  readonly f: GraphNode;
  readonly g: GraphNode;
  readonly o: GraphNode;
  /** tanh of the cell state after. */
  readonly squashed: GraphNode;
}

/** A stretch of one layer's recurrence as it was unrolled. */
export interface LayerTrace {
  readonly steps: readonly Step[];
  /** The state after the last step. */
  readonly final: State;
}

/**
 * Unrolls one layer over some time steps. Gates stand in the order i, g, f, o (see gateOrder.ts).
 * @param inputGates the input's part of the gates before activation, biases included: a node [B, 4H] for each step
 * @param hiddenWeight [4H, H]
 * @param keep [B, 1] for each step, 0 where a stream is reset before it; absent where none is
 */
export function unroll(
  graph: Graph,
  inputGates: readonly GraphNode[],
  hiddenWeight: GraphNode,
  initial: State,
  keep: readonly GraphNode[] | undefined,
): LayerTrace {
  const steps: Step[] = [];
  let state = initial;
  inputGates.forEach((inputGate, t) => {
    const before = masked(graph, state, keep?.[t]);
    const gates = graph.add(graph.matMulTransposed(before.hidden, hiddenWeight), inputGate);
    const [i, g, f, o] = activated(graph, graph.split(gates, 4, 1));
    const cell = graph.add(graph.multiply(f, before.cell), graph.multiply(i, g));
    const squashed = graph.tanh(cell);
    state = { hidden: graph.multiply(o, squashed), cell };
    steps.push({ before, after: state, i, f, g, o, squashed });
  });
  return { steps, final: state };
}

function activated(graph: Graph, gates: readonly GraphNode[]): [GraphNode, GraphNode, GraphNode, GraphNode] {
  const [i = '', g = '', f = '', o = ''] = gates;
  return [graph.sigmoid(i), graph.tanh(g), graph.sigmoid(f), graph.sigmoid(o)];
}

function masked(graph: Graph, state: State, keep: GraphNode | undefined): State {
  if (keep === undefined) return state;
  return { hidden: graph.multiply(state.hidden, keep), cell: graph.multiply(state.cell, keep) };
}

/** What the backward pass through a layer needs besides the trace. */
export interface LayerSizes {
  readonly streams: number;
  readonly hiddenSize: number;
}

/**
 * Goes back through an unrolled stretch of a layer.
 * @param outputGradients the loss's gradient by the layer's output at each step, [B, H] each
 * @param later the gradient by the state after the stretch; absent when nothing follows
 * @returns the gradient by the gates before activation at each step, [B, 4H] each, and by the state before the stretch
 */
export function backThroughTime(
  graph: Graph,
  trace: LayerTrace,
  { streams, hiddenSize }: LayerSizes,
  hiddenWeight: GraphNode,
  outputGradients: readonly GraphNode[],
  keep: readonly GraphNode[] | undefined,
  later: State | undefined,
): { gates: GraphNode[]; before: State | undefined } {
  const unused = {
    input: graph.filled([streams, 0], 0),
    weight: graph.reshape(hiddenWeight, [hiddenSize, 4 * hiddenSize]),
    peephole: graph.filled([hiddenSize], 0),
    bias: graph.filled([4 * hiddenSize], 0),
  };
  const gateGradients: GraphNode[] = [];
  let byState = later;
  for (let t = trace.steps.length - 1; t >= 0; t--) {
    const step = trace.steps[t];
    const byOutput = outputGradients[t];
    if (step === undefined || byOutput === undefined) throw new RangeError('A step has no gradient.');
    const { cellBefore, gates } = graph.lstmCellGradient({
      ...step,
      cell: step.after.cell,
      cellGradient: byState?.cell ?? graph.filled([streams, hiddenSize], 0),
      hiddenGradient: byState === undefined ? byOutput : graph.add(byOutput, byState.hidden),
      unused,
    });
    gateGradients[t] = gates;
    byState = masked(graph, { hidden: graph.matMul(gates, hiddenWeight), cell: cellBefore }, keep?.[t]);
  }
  return { gates: gateGradients, before: byState };
}

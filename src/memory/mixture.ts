import type { Contexts } from './contexts';
import type { ContextTable } from './contextTable';
import { exponential } from './exponential';
import { tiny } from './foretelling';
import { bounded, levelOf, levels, logOf, type Mixer, sources, told as counted } from './mixer';
import type { SymbolTree } from './symbolTree';

/** What is known of a decision: nothing, of it or below it; only of decisions below it; or log odds. */
const [nothing, onTheWay, someOdds] = [0, 1, 2];

/**
 * Mixes what the memory knows into the LSTM's whole distribution. Decisions that no context knows anything about stay as the
 * LSTM has them. Allocates nothing.
 */
export class Mixture {
  /** Of each node, while an input is looked at: how often each side was seen, and which the latest symbol took. */
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  /** Nodes that the input at work says something about. */
  private readonly touched: Int32Array;
  /** Of each node: log odds of its right side as the inputs together say them, whether any does, and how many times as likely as by
   * the LSTM it is. */
  private readonly odds: Float64Array;
  private readonly told: Uint8Array;
  private readonly gains: Float64Array;
  /** What the LSTM gives to all below each node, in proportion, and to each token. */
  private readonly masses: Float64Array;
  private readonly tokenMasses: Float64Array;
  private readonly longest = new Int32Array(sources);

  constructor(
    private readonly tree: SymbolTree,
    private readonly contexts: Contexts,
  ) {
    const { nodes } = tree;
    [this.left, this.right, this.touched] = [new Int32Array(nodes), new Int32Array(nodes), new Int32Array(nodes)];
    [this.odds, this.gains] = [new Float64Array(nodes), new Float64Array(nodes)];
    this.told = new Uint8Array(nodes);
    [this.masses, this.tokenMasses] = [new Float64Array(nodes), new Float64Array(nodes + 1)];
  }

  /**
   * Changes the logits of the LSTM into those of the mixture, at the place that the contexts read last.
   * @param corpus null where it is left out, as the document is
   */
  mix(logits: Float32Array, mixer: Mixer, corpus: ContextTable | null, document: ContextTable | null): void {
    this.longest[0] = corpus === null ? 0 : this.longestOf(corpus);
    this.longest[1] = document === null ? 0 : this.longestOf(document);
    if (corpus !== null) this.hear(corpus, 0, mixer);
    if (document !== null) this.hear(document, 1, mixer);
    if (!this.tree.hasNodes || this.told[0] === nothing) return;
    this.weigh(logits);
    this.settle(logits, mixer);
  }

  private longestOf(table: ContextTable): number {
    const { hashes, orders } = this.contexts;
    let longest = orders;
    while (longest > 0 && !table.has(hashes[longest - 1] ?? 0)) longest--;
    return longest;
  }

  /** Adds what each context of a source says to the nodes that it says something about. */
  private hear(table: ContextTable, source: number, mixer: Mixer): void {
    const { hashes } = this.contexts;
    for (let context = 0; context < hashes.length; context++) {
      const count = table.read(hashes[context] ?? 0);
      if (count > 0) this.hearOf(table, count, source * hashes.length + context, mixer);
    }
  }

  private hearOf(table: ContextTable, count: number, input: number, mixer: Mixer): void {
    const { touched, left, right, odds, told } = this;
    const { weights, corrections } = mixer;
    const corpusRow = mixer.corpusRow(this.longest[0] ?? 0) + 1 + input * levels;
    const documentRow = mixer.documentRow(this.longest[1] ?? 0) + 1 + input * levels;
    let nodes = 0;
    for (let i = 0; i < count; i++) nodes = this.walk(table.symbols[i] ?? 0, table.counts[i] ?? 0, nodes);
    const latest = this.tree.codes[table.symbols[0] ?? 0] ?? 0;
    const { levels: depthOf } = this.tree;
    for (let k = 0; k < nodes; k++) {
      const node = touched[k] ?? 0;
      const onLeft = left[node] ?? 0;
      const onRight = right[node] ?? 0;
      left[node] = 0;
      right[node] = 0;
      if (told[node] === nothing) {
        told[node] = onTheWay;
        odds[node] = 0;
      }
      const depth = depthOf[node] ?? 0;
      const isOn = this.isBelow(node, depth, latest);
      const latestIsRight = ((latest >>> (31 - depth)) & 1) === 1;
      if (onLeft === onRight && !isOn) continue;
      const isRight = onRight > onLeft || (onRight === onLeft && latestIsRight);
      const larger = counted(isRight ? onRight : onLeft);
      const smaller = counted(isRight ? onLeft : onRight);
      const place = isOn ? (latestIsRight === isRight ? 1 : 0) : 2;
      const said =
        (logOf[larger] ?? 0) -
        (logOf[smaller] ?? 0) +
        (corrections[mixer.correctionAt(input, larger, smaller, place)] ?? 0);
      const level = levelOf[counted(onLeft + onRight)] ?? 0;
      const weight =
        (weights[corpusRow + level] ?? 0) +
        (weights[documentRow + level] ?? 0) +
        (weights[mixer.depthRow(depth) + 1 + input * levels + level] ?? 0);
      told[node] = someOdds;
      odds[node] = (odds[node] ?? 0) + weight * (isRight ? said : -said);
    }
  }

  /** Counts a symbol at each node on the way to it. @returns how many nodes are touched now */
  private walk(symbol: number, times: number, touchedBefore: number): number {
    const { left, right, touched, tree } = this;
    const code = tree.codes[symbol] ?? 0;
    let nodes = touchedBefore;
    for (let node = 0, depth = 0; node >= 0; depth++) {
      if (left[node] === 0 && right[node] === 0) touched[nodes++] = node;
      if (((code >>> (31 - depth)) & 1) === 0) {
        left[node] = (left[node] ?? 0) + times;
        node = tree.left[node] ?? -1;
      } else {
        right[node] = (right[node] ?? 0) + times;
        node = tree.right[node] ?? -1;
      }
    }
    return nodes;
  }

  /** Whether a token's leaf is below a node of this depth. */
  private isBelow(node: number, depth: number, code: number): boolean {
    return depth === 0 || ((this.tree.prefixes[node] ?? 0) ^ code) >>> (32 - depth) === 0;
  }

  private weigh(logits: Float32Array): void {
    const { masses, tokenMasses, tree } = this;
    let highest = -Infinity;
    for (const logit of logits) if (logit > highest) highest = logit;
    for (let token = 0; token < logits.length; token++) {
      tokenMasses[token] = exponential((logits[token] ?? 0) - highest) + tiny;
    }
    for (let node = tree.nodes - 1; node >= 0; node--) {
      masses[node] = this.massOf(tree.left[node] ?? 0) + this.massOf(tree.right[node] ?? 0);
    }
  }

  private massOf(child: number): number {
    return (child >= 0 ? this.masses[child] : this.tokenMasses[~child]) ?? 0;
  }

  /**
   * Decides from the root on, and moves the logits by what is gained on the way to them: how many times as likely as by the LSTM
   * a side is.
   */
  private settle(logits: Float32Array, mixer: Mixer): void {
    const { tree, gains, told, masses, odds } = this;
    const { weights } = mixer;
    const corpusRow = mixer.corpusRow(this.longest[0] ?? 0);
    const documentRow = mixer.documentRow(this.longest[1] ?? 0);
    gains[0] = 1;
    for (let node = 0; node < tree.nodes; node++) {
      const kind = told[node];
      told[node] = nothing;
      if (kind === nothing) {
        // Nothing below it is told of either: what follows in the order of nodes is beside it.
        node = this.shift(node, logits);
        continue;
      }
      const gain = gains[node] ?? 1;
      if (kind === onTheWay) {
        this.pass(tree.left[node] ?? 0, gain, logits);
        this.pass(tree.right[node] ?? 0, gain, logits);
        continue;
      }
      const onLeft = this.massOf(tree.left[node] ?? 0);
      const onRight = this.massOf(tree.right[node] ?? 0);
      const weight =
        (weights[corpusRow] ?? 0) +
        (weights[documentRow] ?? 0) +
        (weights[mixer.depthRow(tree.levels[node] ?? 0)] ?? 0);
      const mixed = bounded((odds[node] ?? 0) + weight * bounded(Math.log(onRight / onLeft)));
      const right = 1 / (1 + Math.exp(-mixed));
      const gained = gain * (masses[node] ?? 1);
      this.pass(tree.left[node] ?? 0, (gained * (1 - right)) / onLeft, logits);
      this.pass(tree.right[node] ?? 0, (gained * right) / onRight, logits);
    }
  }

  private pass(child: number, gain: number, logits: Float32Array): void {
    if (child >= 0) this.gains[child] = gain;
    else logits[~child] = (logits[~child] ?? 0) + Math.log(gain);
  }

  /** Gives all leaves below a node what is gained above it. @returns the last node below it */
  private shift(node: number, logits: Float32Array): number {
    const { leaves, starts, ends } = this.tree;
    const gain = Math.log(this.gains[node] ?? 1);
    const start = starts[node] ?? 0;
    const end = ends[node] ?? 0;
    for (let i = start; i < end; i++) {
      const token = leaves[i] ?? 0;
      logits[token] = (logits[token] ?? 0) + gain;
    }
    return node + (end - start) - 2;
  }
}

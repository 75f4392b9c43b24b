import { type Architecture, elementCount, type Parameters, parameterShapes, type Tensor } from './architecture';
import { Random } from './random';

/**
 * Bound of the head's initial weights, whatever the hidden size: many times the usual 1/sqrt(H), so that the layers below hear
 * from the first step on what is asked of them. Worth 0.05 nats in a brief run (bench/README.md).
 */
const headBound = 0.5;

/**
 * Birth weights of a model: uniform in +-1/sqrt(H) for the LSTM and in +-1/sqrt(fan-in) for a projection, in +-1/2 for
 * the head, standard normal for the embedding (a tenth of that costs 0.08 nats after a minute), and a forget-gate bias of 1
 * (Gers, 2000; Jozefowicz, 2015), held by `bias_hh` alone.
 */
export function initialParameters(architecture: Architecture, seed: number): Parameters {
  const random = Random.seeded(seed, 'initial parameters');
  const hidden = architecture.hiddenSize;
  const parameters = new Map<string, Tensor>();
  for (const [name, shape] of parameterShapes(architecture)) {
    const data = new Float32Array(elementCount(shape));
    if (name === 'embedding.weight') {
      for (let i = 0; i < data.length; i++) data[i] = random.normal();
    } else if (name.startsWith('lstm.bias')) {
      if (name.startsWith('lstm.bias_hh')) data.fill(1, hidden, 2 * hidden);
    } else if (name !== 'head.bias') {
      const bound = name === 'head.weight' ? headBound : 1 / Math.sqrt(hidden);
      for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * bound;
    }
    parameters.set(name, { shape, data });
  }
  return parameters;
}

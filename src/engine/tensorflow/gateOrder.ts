import type { Tensor } from '../../model/model';

/**
 * Between PyTorch's order of the gates (i, f, g, o) and that of TensorFlow's LSTM operations (i, g, f, o), in which this
 * engine keeps the LSTM's parameters. The same exchange leads there and back; other parameters are only copied.
 */
export function exchangeGates(name: string, { shape, data }: Tensor): Tensor {
  const copy = data.slice();
  if (name.startsWith('lstm.')) {
    const quarter = data.length / 4;
    copy.set(data.subarray(2 * quarter, 3 * quarter), quarter);
    copy.set(data.subarray(quarter, 2 * quarter), 2 * quarter);
  }
  return { shape, data: copy };
}

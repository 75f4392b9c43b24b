import type { Allocator } from './allocator';
import type { Kernels } from './kernels';
import { lineBytes, panelWidth } from './parameterLayout';
import type { Address, Bytes, Panels } from './units';

/**
 * A weight matrix in panels that single rows are multiplied with. Such a product reads every weight once and does little
 * with it, so where the weights outgrow the nearer caches they are quantized to 16-bit integers, which halves the time.
 */
export class RowMatrix {
  private scales: Address = 0;

  /**
   * @param weights address of the panels
   * @param inputs panels of 16 inputs
   * @param outputs panels of 16 outputs
   */
  constructor(
    private readonly weights: Address,
    private readonly inputs: Panels,
    private readonly outputs: Panels,
  ) {}

  /** Bytes of the weights, as floats. */
  get bytes(): Bytes {
    return this.inputs * panelWidth * this.outputs * lineBytes;
  }

  /** Sets memory aside for {@link quantize}. */
  makeRoom(memory: Allocator): void {
    this.scales = memory.bytes(this.outputs * lineBytes);
  }

  /** Turns the weights into 16-bit integers, if room was made for that. */
  quantize(kernels: Kernels): void {
    if (this.scales !== 0) kernels.quantizeForMatvec(this.weights, this.scales, this.inputs, this.outputs);
  }

  /** result = initial + row . weights; all three are addresses of floats on end. */
  matvec(kernels: Kernels, result: Address, initial: Address, row: Address): void {
    const { inputs, weights, scales, outputs } = this;
    if (scales === 0) kernels.matvec(result, initial, row, inputs, weights, outputs);
    else kernels.matvecQuantized(result, initial, row, inputs, weights, scales, outputs);
  }
}

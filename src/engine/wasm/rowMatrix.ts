import type { Allocator } from './allocator';
import type { Kernels } from './kernels';
import { lineBytes, panelWidth } from './parameterLayout';

/**
 * A weight matrix in panels that single rows are multiplied with. Such a product reads every weight once and does little
 * with it, so where the weights outgrow the nearer caches they are quantized to 16-bit integers, which halves the time.
 */
export class RowMatrix {
  private scales = 0;

  /**
   * @param weights address of the panels
   * @param inputs panels of 16 inputs
   * @param panels panels of 16 outputs
   */
  constructor(
    private readonly weights: number,
    private readonly inputs: number,
    private readonly panels: number,
  ) {}

  /** Bytes of the weights, as floats. */
  get bytes(): number {
    return this.inputs * panelWidth * this.panels * lineBytes;
  }

  /** Sets memory aside for {@link quantize}. */
  makeRoom(memory: Allocator): void {
    this.scales = memory.bytes(this.panels * lineBytes);
  }

  /** Turns the weights into 16-bit integers, if room was made for that. */
  quantize(kernels: Kernels): void {
    if (this.scales !== 0) kernels.quantizeForMatvec(this.weights, this.scales, this.inputs * panelWidth, this.panels);
  }

  /** result = initial + row . weights; all three are addresses of floats on end. */
  matvec(kernels: Kernels, result: number, initial: number, row: number): void {
    const inputs = this.inputs * panelWidth;
    if (this.scales === 0) kernels.matvec(result, initial, row, inputs, this.weights, this.panels);
    else kernels.matvecQuantized(result, initial, row, inputs, this.weights, this.scales, this.panels);
  }
}

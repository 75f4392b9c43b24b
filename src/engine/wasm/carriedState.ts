import type { Architecture } from '../../model/model';
import type { ForwardMemory } from './batchMemory';
import { lineBytes, panelCount, panelWidth } from './parameterLayout';
import type { Address } from './units';

/** Floats between the states of two panels, and between two matrices of states, of a batch's size. */
function strides({ hiddenSize }: Architecture, { stride }: ForwardMemory): { panel: number; matrix: number } {
  const panel = (stride / lineBytes) * panelWidth;
  return { panel, matrix: panelCount(hiddenSize) * panel };
}

/**
 * Writes a plain state [layers, 2, streams, H] to address `carried`, in panels.
 * @throws RangeError when it is of another size.
 */
export function writeCarried(
  architecture: Architecture,
  floats: Float32Array,
  carried: Address,
  batch: ForwardMemory,
  state: Float32Array,
): void {
  const { layers, hiddenSize } = architecture;
  if (state.length !== layers * 2 * batch.streams * hiddenSize) {
    throw new RangeError('The carried state is of another model or number of streams.');
  }
  const { panel, matrix } = strides(architecture, batch);
  for (let which = 0, from = 0; which < layers * 2; which++) {
    for (let stream = 0; stream < batch.streams; stream++) {
      const row = carried / 4 + which * matrix + stream * panelWidth;
      for (let unit = 0; unit < hiddenSize; unit++) {
        const lane = unit % panelWidth;
        floats[row + ((unit - lane) / panelWidth) * panel + lane] = state[from++] ?? 0;
      }
    }
  }
}

/** A plain copy, [layers, 2, streams, H], of the state at address `carried`. */
export function readCarried(
  architecture: Architecture,
  floats: Float32Array,
  carried: Address,
  batch: ForwardMemory,
): Float32Array {
  const { layers, hiddenSize } = architecture;
  const { panel, matrix } = strides(architecture, batch);
  const state = new Float32Array(layers * 2 * batch.streams * hiddenSize);
  for (let which = 0, to = 0; which < layers * 2; which++) {
    for (let stream = 0; stream < batch.streams; stream++) {
      const row = carried / 4 + which * matrix + stream * panelWidth;
      for (let unit = 0; unit < hiddenSize; unit++) {
        const lane = unit % panelWidth;
        state[to++] = floats[row + ((unit - lane) / panelWidth) * panel + lane] ?? 0;
      }
    }
  }
  return state;
}

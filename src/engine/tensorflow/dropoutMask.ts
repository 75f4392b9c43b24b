import { dropoutThreshold, isKept } from '../dropout';

/**
 * Writes the mask of a matrix, or of some of its rows: 0 where an element is dropped, 1 / (1 - rate) where it stays.
 * @param rows which row of the matrix each row of the mask stands for; absent when the mask is the whole matrix
 */
export function fillDropoutMask(
  mask: Float32Array,
  key: number,
  rate: number,
  rows?: { readonly indices: Int32Array; readonly width: number },
): void {
  const threshold = dropoutThreshold(rate);
  const survivor = 1 / (1 - rate);
  const width = rows?.width ?? mask.length;
  for (let start = 0, row = 0; start < mask.length; start += width, row++) {
    const shift = (rows?.indices[row] ?? 0) * width - start;
    for (let i = start; i < start + width; i++) mask[i] = isKept(key, i + shift, threshold) ? survivor : 0;
  }
}

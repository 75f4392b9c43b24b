/** Longest text that is read along, code units. */
const longest = 1 << 20;

/** Its start moves by so much at a time, since all is read anew then. */
const stride = 1 << 18;

/** Where the part of a text starts that is read along: the last megabyte, or a little less. The same while it grows by a stride. */
export function startOfReading(length: number): number {
  return stride * Math.ceil(Math.max(0, length - longest) / stride);
}

/** Two 32-bit numbers of a text, the second in place of `into[1]`: equal texts have equal ones, others hardly ever. */
export function itemHash(text: string, into: Uint32Array, seed = 0): void {
  let first = (0xdeadbeef ^ seed) >>> 0;
  let second = (0x41c6ce57 ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 2654435761);
    second = Math.imul(second ^ unit, 1597334677);
  }
  first = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  into[0] = first >>> 0;
  into[1] = second >>> 0;
}

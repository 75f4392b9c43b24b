import { Random } from '../src/model/random';

/**
 * Lines of a list drawn at random, for a test, and the rest; both in the order in which they stood.
 * @param draw another number draws others
 */
export function drawnLines(
  lines: readonly string[],
  count: number,
  draw: number,
): { readonly rest: readonly string[]; readonly test: readonly string[] } {
  const random = Random.seeded(draw, 'test lines');
  const order = lines.map((_, index) => index);
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
  }
  const chosen = new Set(order.slice(0, count));
  return {
    rest: lines.filter((_, index) => !chosen.has(index)),
    test: lines.filter((_, index) => chosen.has(index)),
  };
}

/** Lines as a text, each with its end. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

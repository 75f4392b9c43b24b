/** A table: a name for its rows, its columns, and for each row its name and a cell a column. */
export interface Table {
  readonly title: string;
  readonly rows: string;
  readonly columns: readonly string[];
  readonly cells: readonly (readonly [row: string, cells: readonly string[]])[];
}

/** A table as Markdown. */
export function markdown({ title, rows, columns, cells }: Table): string {
  const line = (values: readonly string[]): string => `| ${values.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line([rows, ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...cells.map(([row, values]) => line([row, ...values])),
    '',
  ].join('\n');
}

/** The middle value; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

/** A number in a table: three significant digits at least, thousands apart. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 1000) return Math.round(value).toLocaleString('en-GB');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

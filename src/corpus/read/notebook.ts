import { UnreadableError } from './textFile';

/** A larger notebook is no notebook: its JSON has to be held in memory whole. */
const mostCodeUnits = 200_000_000;

/**
 * What a person wrote in a Jupyter notebook: the sources of its cells, a blank line between them. Outputs, pictures and
 * metadata are left out.
 * @param pieces Its JSON. (nbformat 3 keeps cells in worksheets and code in `input`; 4 has `cells` and `source`.)
 * @throws UnreadableError where it is no notebook.
 */
export function notebookText(pieces: Iterable<string>): string {
  let json = '';
  for (const piece of pieces) {
    json += piece;
    if (json.length > mostCodeUnits) throw new UnreadableError('unreadable', 'The notebook is too large.');
  }
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch (cause) {
    throw new UnreadableError('unreadable', 'The notebook is not JSON.', { cause });
  }
  const sheets = [notebook, ...listOf(notebook, 'worksheets')];
  const cells = sheets.flatMap((sheet) => listOf(sheet, 'cells'));
  const sources = cells.map((cell) => sourceText(cell).trimEnd()).filter((source) => source.length > 0);
  return sources.map((source) => `${source}\n`).join('\n');
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** A cell's source: one string or a list of lines that carry their own line ends. */
function sourceText(cell: unknown): string {
  const source = fieldOf(cell, 'source') ?? fieldOf(cell, 'input');
  if (typeof source === 'string') return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === 'string').join('') : '';
}

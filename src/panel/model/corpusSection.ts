import { formatShortCount, plural } from '../../base/format';
import type { CorpusPlace, ModelPage } from '../../protocol/modelPage';
import { element } from '../page/dom';
import { factList } from './facts';

/** More files than this are counted, not named. */
const mostNamed = 200;

/** What a model was trained on: names and sizes, what was left out and why. Never a line of the text. */
export class CorpusSection {
  private readonly body = element('div');
  readonly element = element(
    'section',
    { class: 'corpus', 'aria-labelledby': 'corpus-title' },
    element('h2', { id: 'corpus-title' }, 'What it was trained on'),
    this.body,
  );
  private shown = '';

  update({ description: { corpus }, source }: ModelPage): void {
    const key = JSON.stringify([corpus, source]);
    if (key === this.shown) return;
    this.shown = key;
    const { summary } = corpus;
    this.body.replaceChildren(
      factList([
        ['From', ...placesOf(source)],
        ['Only', source?.include.join(', ') ?? ''],
        ['But not', ...leftOutByRule(source)],
        [
          'Kinds',
          summary.languages
            .map(({ language, characters }) => `${language} (${formatShortCount(characters)} characters)`)
            .join(', '),
        ],
        [
          'Read as',
          ...(summary.encodings ?? []).map(({ encoding, files }) => `${encoding} (${plural(files, 'file')})`),
        ],
        ['Could not be read', summary.unreadable === undefined ? '' : plural(summary.unreadable.bytes, 'byte')],
        ['Left out', ...summary.skipped.map(({ reason, files }) => `${formatShortCount(files)} ${reason}`)],
        ['Secrets left out', ...summary.secretLines.map(({ rule, lines }) => `${formatShortCount(lines)} × ${rule}`)],
        ['Fingerprint', element('code', { class: 'digest' }, corpus.fingerprint)],
      ]),
      fileTable(corpus),
    );
  }
}

function placesOf(source: CorpusPlace | null): readonly string[] {
  if (source === null) return ['Not known here, so it cannot be trained further on this machine.'];
  const shown = source.paths.slice(0, 8);
  return source.paths.length > 8 ? [...shown, `and ${formatShortCount(source.paths.length - 8)} more`] : shown;
}

/** Globs that were left out; a long list says little. */
function leftOutByRule(source: CorpusPlace | null): readonly string[] {
  const exclude = source?.exclude ?? [];
  return exclude.length > 6
    ? [`${exclude.slice(0, 6).join(', ')} and ${exclude.length - 6} more`]
    : [exclude.join(', ')];
}

function fileTable({ documents, summary }: ModelPage['description']['corpus']): HTMLElement {
  const named = documents.slice(0, mostNamed);
  const more = summary.files - named.length;
  const rows = named.map(({ name, characters }) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, formatShortCount(characters))),
  );
  return element(
    'details',
    { class: 'data-table', open: named.length <= 12 },
    element('summary', {}, summary.files === 1 ? 'The file' : `The ${formatShortCount(summary.files)} files`),
    element(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table of files' },
      element(
        'table',
        { class: 'names' },
        element(
          'thead',
          {},
          element('tr', {}, element('th', { scope: 'col' }, 'File'), element('th', { scope: 'col' }, 'Characters')),
        ),
        element('tbody', {}, ...rows),
      ),
      ...(more > 0 ? [element('p', { class: 'quiet' }, `and ${formatShortCount(more)} more`)] : []),
    ),
  );
}

import { shown, type Table } from '../table';
import type { Scores, Trained } from '../build';
import type { Noticed } from './noticed';

/** What a build does on a text. */
export interface BuildResult {
  readonly build: string;
  readonly trained: Trained;
  readonly scores: Scores;
  /** By temperature. */
  readonly written: readonly { readonly temperature: number; readonly text: string; readonly noticed: Noticed }[];
}

/** What all do on a text. */
export interface TextResult {
  readonly text: string;
  readonly source: string;
  readonly builds: readonly BuildResult[];
  /** Nats a character of the other predictors, by their names. */
  readonly peers: Readonly<Record<string, number>>;
  /** What a reader notices of the next tenth itself. */
  readonly next: Noticed;
}

/** A build's own rows: what they are called, and where their numbers are. */
const buildRows: readonly (readonly [row: string, value: (result: BuildResult) => number])[] = [
  ['as it writes', scored('natsPerCharacter')],
  ['memory as saved', scored('frozen')],
  ['LSTM alone', scored('lstm')],
  ['said by its training', ({ trained }) => trained.said ?? NaN],
];

function scored(name: keyof Scores): (result: BuildResult) => number {
  return ({ scores }) => scores[name];
}

const noticedColumns: readonly (readonly [column: string, name: keyof Noticed])[] = [
  ['words not in the text', 'unknownWords'],
  ['word pairs of the text', 'knownPairs'],
  ['different words', 'distinctWords'],
  ['in copies of 40 or more', 'copied'],
];

/** Nats a character of the next tenth: a row for each predictor, a column for each text. */
export function scoresTable(results: readonly TextResult[]): Table {
  const cells = (value: (result: TextResult) => number, show: (value: number) => string): string[] =>
    results.map((result) => show(value(result)));
  const of = (index: number, value: (result: BuildResult) => number) => (result: TextResult) =>
    value(buildOf(result, index));
  const rows: [string, string[]][] = namesOf(results).flatMap((name, index) =>
    buildRows.map(([row, value]): [string, string[]] => [`${name}, ${row}`, cells(of(index, value), shownNats)]),
  );
  if (namesOf(results).length > 1) {
    rows.push(
      ...buildRows.map(([row, value]): [string, string[]] => {
        const difference = (result: TextResult): number => of(0, value)(result) - of(1, value)(result);
        return [`difference, ${row}`, cells(difference, (each) => signed(each, 3))];
      }),
    );
  }
  for (const peer of new Set(results.flatMap(({ peers }) => Object.keys(peers)))) {
    rows.push([peer, cells(({ peers }) => peers[peer] ?? NaN, shownNats)]);
  }
  const columns = results.map(({ text }) => text);
  return { title: 'The next tenth: nats a character', rows: '', columns, cells: rows };
}

/** How fast the trainings were: a row for each build, a column for each text. */
export function trainingTable(results: readonly TextResult[]): Table {
  const speed = (result: TextResult, index: number): number => {
    const { tokens, seconds } = buildOf(result, index).trained;
    return tokens / seconds;
  };
  const names = namesOf(results);
  const rows = names.map((name, index): [string, string[]] => [
    name,
    results.map((result) => shown(speed(result, index))),
  ]);
  if (names.length > 1) rows.push(['ratio', results.map((result) => (speed(result, 0) / speed(result, 1)).toFixed(2))]);
  const columns = results.map(({ text }) => text);
  return { title: 'Training: tokens a second', rows: '', columns, cells: rows };
}

/** What a reader notices, in percent: a row for each text and temperature, and for the text itself. */
export function noticedTable(results: readonly TextResult[]): Table {
  const row = (noticed: Noticed, show: (share: number) => string): string[] =>
    noticedColumns.map(([, name]) => show(noticed[name]));
  const cells = results.flatMap((result): [string, string[]][] => {
    const { text, builds, next } = result;
    const temperatures = builds[0]?.written.map(({ temperature }) => temperature) ?? [];
    const rows = temperatures.flatMap((temperature, at): [string, string[]][] => {
      const name = `${text}, T = ${temperature.toFixed(1)}`;
      const seen = builds.flatMap(({ written }) => written[at]?.noticed ?? []);
      const [own, other] = seen;
      const named = seen.map((noticed, index): [string, string[]] => [
        `${name}, ${builds[index]?.build ?? ''}`,
        row(noticed, shownShare),
      ]);
      if (own === undefined || other === undefined) return named;
      return [...named, [`${name}, difference`, row(differenceOf(own, other), (share) => signed(100 * share, 1))]];
    });
    return [[`${text}, the next tenth itself`, row(next, shownShare)], ...rows];
  });
  const columns = noticedColumns.map(([column]) => column);
  return { title: 'What a reader notices, in percent', rows: '', columns, cells };
}

function differenceOf(own: Noticed, other: Noticed): Noticed {
  const of = (name: keyof Noticed): number => own[name] - other[name];
  return {
    unknownWords: of('unknownWords'),
    knownPairs: of('knownPairs'),
    distinctWords: of('distinctWords'),
    copied: of('copied'),
  };
}

function namesOf(results: readonly TextResult[]): readonly string[] {
  return results[0]?.builds.map(({ build }) => build) ?? [];
}

function buildOf({ builds }: TextResult, index: number): BuildResult {
  const build = builds[index];
  if (build === undefined) throw new RangeError('There is no such build.');
  return build;
}

function shownNats(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

function shownShare(share: number): string {
  return Number.isFinite(share) ? (100 * share).toFixed(1) : '–';
}

function signed(value: number, places: number): string {
  if (!Number.isFinite(value)) return '–';
  return `${value > 0 ? '+' : ''}${value.toFixed(places)}`.replace('-', '−');
}

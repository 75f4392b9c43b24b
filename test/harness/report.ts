import { appendFileSync } from 'node:fs';

/** One line of a layer's report, as JSON. A report without `end` is that of a layer which crashed. */
export type ReportLine =
  | { readonly event: 'pass'; readonly title: string; readonly milliseconds: number }
  | { readonly event: 'fail'; readonly title: string; readonly error: string }
  | { readonly event: 'skip'; readonly title: string }
  /** Something to know about the run: told with its result. */
  | { readonly event: 'note'; readonly text: string }
  | { readonly event: 'end' };

/** Name of the environment variable that holds the path of the report. */
export const reportVariable = 'TEXTLOOM_TEST_REPORT';

/** Name of the environment variable that holds the pattern which the titles of the tests to run match. */
export const grepVariable = 'TEXTLOOM_TEST_GREP';

/** Where the lines go: appended one by one, so that a crash loses none. Nowhere when no report was asked for. */
export function writeLine(line: ReportLine): void {
  const file = process.env[reportVariable];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/**
 * Reads a report.
 * @param text of the file, whose last line may be cut
 */
export function readReport(text: string): ReportLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReportLine);
}

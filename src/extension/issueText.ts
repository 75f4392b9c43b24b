import { arch, availableParallelism, platform, release, totalmem } from 'node:os';
import type { Settings, settingsTable } from './settings';

/** What is told of the machine and the editor. */
interface Surroundings {
  readonly appVersion: string;
  readonly editorVersion: string;
  readonly remote: string;
  /** Of the training that is on or was last: which engine did it, and with how many threads. */
  readonly engine: string;
}

/** The report, in Markdown. */
export function issueText(
  { appVersion, editorVersion, remote, engine }: Surroundings,
  changed: readonly string[],
): string {
  return `## What happened

(What you did, what you expected, what came instead. The code of an error stands in the log: Textloom: Show Log.)

## Where

- Textloom ${appVersion}, editor ${editorVersion}, remote: ${remote}
- ${platform()} ${release()}, ${arch()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB of memory
- Engine: ${engine}

## Changed settings

${changed.join('\n') || 'none'}
`;
}

/** What differs from the defaults: numbers, switches and choices as they are, of texts and lists only that they are set. */
export function changedSettings(settings: Settings, table: typeof settingsTable): readonly string[] {
  return Object.entries(table).flatMap(([name, setting]) => {
    const value: unknown = settings[name as keyof Settings];
    if (JSON.stringify(value) === JSON.stringify(setting.default)) return [];
    const isFree = !('enum' in setting.schema) && typeof value !== 'number' && typeof value !== 'boolean';
    const told = Array.isArray(value) ? `${value.length} entries` : isFree ? 'set' : String(value);
    return [`- textloom.${name}: ${told}`];
  });
}

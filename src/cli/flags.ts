import { parseArgs } from 'node:util';
import { isMissing } from './textInput';
import { UsageError } from './usageError';

/** A flag is text (given once or several times) or a switch. */
export type FlagKind = 'text' | 'texts' | 'switch';

/** The arguments of one command, parsed and checked as they are asked for. */
export class Flags<Name extends string> {
  private constructor(
    private readonly command: string,
    /** What isn't a flag. */
    readonly positionals: readonly string[],
    private readonly values: Readonly<Record<string, unknown>>,
  ) {}

  /** @throws UsageError for a flag that isn't known, or that lacks its value. */
  static parse<Name extends string>(
    command: string,
    args: readonly string[],
    kinds: Record<Name, FlagKind>,
  ): Flags<Name> {
    const options = Object.entries<FlagKind>(kinds).map(([name, kind]) => {
      return [name, { type: kind === 'switch' ? 'boolean' : 'string', multiple: kind === 'texts' }] as const;
    });
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        options: Object.fromEntries(options),
        allowPositionals: true,
      });
      return new Flags(command, positionals, values);
    } catch (error) {
      const [sentence] = String(error instanceof Error ? error.message : error).split('. ');
      throw new UsageError(`${sentence ?? ''}.`, `${command} --help`);
    }
  }

  has(name: Name): boolean {
    return this.values[name] !== undefined;
  }

  text(name: Name): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: Name): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** @throws UsageError for what is no number of this range. */
  number(name: Name, lowest: number, highest: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !(value >= lowest && value <= highest)) {
      throw this.wrong(`--${name} must be a number from ${shown(lowest)} to ${shown(highest)}, not "${text}".`);
    }
    return value;
  }

  /** @throws UsageError for what is no whole number of this range. */
  integer(name: Name, lowest: number, highest: number): number | undefined {
    const value = this.number(name, lowest, highest);
    if (value !== undefined && !Number.isInteger(value)) throw this.wrong(`--${name} must be a whole number.`);
    return value;
  }

  /** @throws UsageError for what isn't one of these. */
  choice<Choice extends string>(name: Name, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    const chosen = choices.find((choice) => choice === text);
    if (text !== undefined && chosen === undefined) {
      throw this.wrong(`--${name} must be one of ${choices.join(', ')}, not "${text}".`);
    }
    return chosen;
  }

  /** The arguments that aren't flags, each of which names something that is there. @throws UsageError for one that doesn't */
  files(): readonly string[] {
    const missing = this.positionals.find(isMissing);
    if (missing !== undefined) throw this.missing(missing);
    return this.positionals;
  }

  /** The error for a path that leads nowhere. */
  missing(path: string): UsageError {
    return this.wrong(`There is no ${path}.`);
  }

  /** An error that points to this command's help. */
  wrong(message: string): UsageError {
    return new UsageError(message, `${this.command} --help`);
  }
}

/** A bound of a range: "10,000,000", "0.1", "1e-8". */
function shown(bound: number): string {
  return Number.isInteger(bound) ? bound.toLocaleString('en') : String(bound);
}

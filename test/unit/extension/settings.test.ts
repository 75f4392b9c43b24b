import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { textOfPaths } from '../../../src/cli/trainingText';
import { memoryUses } from '../../../src/memory/memory';
import { readSettings, type SettingName, settingsTable } from '../../../src/extension/settings';

interface Schema {
  readonly default: unknown;
  readonly [key: string]: unknown;
}

/** Groups of settings of package.json. */
function groups(): readonly { readonly title: string; readonly properties: Readonly<Record<string, Schema>> }[] {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { configuration: ReturnType<typeof groups> };
  };
  return contributes.configuration;
}

/** The settings that package.json contributes, by their names without `textloom.`. */
function contributed(): ReadonlyMap<string, Schema> {
  const all = groups().flatMap(({ properties }) => Object.entries(properties));
  return new Map(all.map(([name, schema]) => [name.replace(/^textloom\./, ''), schema]));
}

describe('settings', () => {
  it('are the same ones in package.json and in the code', () => {
    assert.deepEqual([...contributed().keys()].sort(), Object.keys(settingsTable).sort());
  });

  for (const [name, setting] of Object.entries(settingsTable)) {
    it(`${name} has the default and the range that package.json says`, () => {
      const schema = contributed().get(name)!;
      assert.deepEqual(schema.default, setting.default);
      for (const [key, value] of Object.entries(setting.schema)) {
        const said = schema[key];
        if (key === 'enum') assert.deepEqual([...(said as unknown[])].sort(), [...(value as unknown[])].sort());
        else assert.deepEqual(said, value, key);
      }
      assert.equal(typeof schema['markdownDescription'], 'string');
    });
  }

  it('offer each use of the memory, the usual one first', () => {
    for (const schema of [contributed().get('generation.memory')!, settingsTable['generation.memory'].schema])
      assert.deepEqual([schema['enum'], memoryUses[0]], [memoryUses, settingsTable['generation.memory'].default]);
  });

  it('stand in their groups in one order, which the settings editor keeps', () => {
    for (const { title, properties } of groups()) {
      const orders = Object.values(properties).map(({ order }) => Number(order));
      assert.deepEqual(
        orders,
        [...new Set(orders)].sort((one, other) => one - other),
        title,
      );
    }
  });

  it('are the defaults where nothing is set, without a fault', () => {
    const { settings, faults } = readSettings(() => undefined);
    assert.deepEqual(faults, []);
    assert.equal(settings['generation.temperature'], 0.8);
    assert.equal(settings['generation.seed'], -1);
    assert.ok(Object.isFrozen(settings));
  });

  it('leave out files from the size on that the terminal leaves them out from', async () => {
    const { settings } = readSettings(() => undefined);
    const { source } = await textOfPaths(['.'], { include: [], exclude: [], also: [], keep: [] });
    assert.equal(settings['corpus.maximumFileSizeMB'] * 2 ** 20, source.filters.maximumFileSize);
  });

  it('clamp a number that is out of range, and name it', () => {
    const { settings, faults } = readSettings((name) => (name === 'generation.temperature' ? 17 : undefined));
    assert.equal(settings['generation.temperature'], 5);
    assert.deepEqual(faults, ['textloom.generation.temperature is 17, which is not valid; using 5.']);
  });

  it('take a rule about characters as it is written, and name one that is none', () => {
    const read = (rule: string) => readSettings((name) => (name === 'generation.characters' ? rule : undefined));
    for (const rule of ['any', 'ascii', 'only abc ', 'never —“”']) {
      assert.equal(read(rule).settings['generation.characters'], rule);
      assert.deepEqual(read(rule).faults, []);
    }
    for (const rule of ['', 'ASCII', 'only', 'never ', 'some abc']) {
      assert.equal(read(rule).settings['generation.characters'], 'any');
      assert.equal(read(rule).faults.length, 1, rule);
    }
  });

  it('put the default in place of a wrong type, and name it', () => {
    const wrong = new Map<SettingName, unknown>([
      ['engine', 'cuda'],
      ['threads', '4'],
      ['corpus.exclude', ['a', 1]],
      ['corpus.respectGitignore', 'yes'],
      ['modelsFolder', null],
    ]);
    const { settings, faults } = readSettings((name) => wrong.get(name));
    assert.equal(settings.engine, 'auto');
    assert.equal(settings.threads, 0);
    assert.deepEqual(settings['corpus.exclude'], []);
    assert.equal(settings['corpus.respectGitignore'], true);
    // null is how the editor says "not set".
    assert.equal(faults.length, 4);
  });

  it('take anything whatever without throwing, and always end in range', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(settingsTable)), fc.anything()), (raw) => {
        const { settings } = readSettings((name) => raw[name]);
        for (const [name, { schema }] of Object.entries(settingsTable)) {
          const value = settings[name as SettingName];
          if ('minimum' in schema) assert.ok(Number(value) >= Number(schema['minimum']), name);
          if ('maximum' in schema) assert.ok(Number(value) <= Number(schema['maximum']), name);
          if (schema['type'] === 'integer') assert.ok(Number.isInteger(value), name);
        }
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Session } from '../../../src/extension/session';

interface Clauses {
  readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
}

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly contributes: Clauses };

/** Commands of a menu that are there unless it is known that there is no model. */
function needingModel(items: readonly MenuItem[] = []): readonly string[] {
  return items.filter(({ when }) => when?.includes('!textloom.hasNoModel')).map(({ command }) => command);
}

describe('the palette', () => {
  it('has what needs a model before this extension runs and has looked for one', () => {
    assert.doesNotMatch(JSON.stringify(contributes), /textloom\.hasModel/);
    const commands = contributes.commands.map(({ command, enablement = '' }) => ({ command, when: enablement }));
    const negative = needingModel([...commands, ...(contributes.menus['commandPalette'] ?? [])]);
    const needing = [
      'showSurprise',
      'nextSurprise',
      'compareModels',
      'extendVocabulary',
      'tryModel',
      'generateWithModel',
      'trainFrom',
    ];
    assert.deepEqual([...negative].sort(), needing.map((name) => `textloom.${name}`).sort());
  });

  it("shares that with the menu of a text's editor", () => {
    const inEditor = needingModel(contributes.menus['editor/context']);
    assert.deepEqual(inEditor, ['textloom.generate', 'textloom.alternatives', 'textloom.showSurprise']);
  });

  it('knows that there is no model only once it was looked for', () => {
    const session = new Session();
    assert.equal(session.state.modelsKnown, false);
    session.use(null);
    assert.equal(session.state.modelsKnown, true);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Session } from '../../../src/extension/session';

interface Clauses {
  readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly contributes: Clauses };

describe('the palette', () => {
  it('has what needs a model before this extension runs and has looked for one', () => {
    const clauses = [
      ...contributes.commands.map(({ command, enablement }) => ({ command, clause: enablement ?? '' })),
      ...contributes.menus.commandPalette.map(({ command, when }) => ({ command, clause: when })),
    ];
    const positive = clauses.filter(({ clause }) => clause.includes('textloom.hasModel'));
    assert.deepEqual(positive, []);
    const negative = clauses.filter(({ clause }) => clause.includes('!textloom.hasNoModel'));
    const needing = [
      'showSurprise',
      'nextSurprise',
      'compareModels',
      'extendVocabulary',
      'tryModel',
      'generateWithModel',
      'trainFrom',
    ];
    assert.deepEqual(negative.map(({ command }) => command).sort(), needing.map((name) => `textloom.${name}`).sort());
  });

  it('knows that there is no model only once it was looked for', () => {
    const session = new Session();
    assert.equal(session.state.modelsKnown, false);
    session.use(null);
    assert.equal(session.state.modelsKnown, true);
  });
});

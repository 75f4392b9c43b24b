import fc from 'fast-check';
import assert from 'node:assert/strict';
import { homedir, hostname, userInfo } from 'node:os';
import { changedSettings, issueText } from '../../../src/extension/issueText';
import { readSettings, type SettingName, settingsTable } from '../../../src/extension/settings';

const where = { appVersion: '1.2.3', editorVersion: '1.110.0', remote: 'none', engine: 'wasm, 2 threads' };
const marker = 'zqSecretTextOfAUser';

describe('a report of an issue', () => {
  it('tells versions, engine and machine, and of settings what differs', () => {
    const { settings } = readSettings((name) => (name === 'training.hiddenSize' ? 64 : undefined));
    const text = issueText(where, changedSettings(settings, settingsTable));
    for (const part of ['1.2.3', '1.110.0', 'wasm, 2 threads', 'cores', '- textloom.training.hiddenSize: 64']) {
      assert.ok(text.includes(part), part);
    }
    assert.equal(text.match(/^- textloom\./gm)?.length, 1);
    assert.match(issueText(where, changedSettings(readSettings(() => undefined).settings, settingsTable)), /\nnone\n$/);
  });

  it('holds no text or path that a setting holds, and nobody’s name', () => {
    const names = Object.keys(settingsTable) as SettingName[];
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom(marker, `/home/${marker}`, `only ${marker}`), (set, value) => {
        const raw = (name: SettingName) => {
          if (!set.includes(name)) return undefined;
          return Array.isArray(settingsTable[name].default) ? [value] : value;
        };
        const text = issueText(where, changedSettings(readSettings(raw).settings, settingsTable));
        for (const kept of [marker, homedir(), hostname(), `/${userInfo().username}/`]) {
          assert.ok(!text.includes(kept), kept);
        }
      }),
    );
  });
});

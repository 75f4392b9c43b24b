import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { characterCount, type QualityText, qualityTexts } from '../../../bench/quality/texts';

describe('texts of which the last tenth comes next', () => {
  const folder = mkdtempSync(join(tmpdir(), 'textloom-texts-'));
  after(() => rmSync(folder, { recursive: true }));

  function textNamed(name: string, shakespeare: string, list = join(folder, 'none')): QualityText {
    const text = qualityTexts({ shakespeare, list, rxjs: folder }).find((each) => each.name === name);
    assert.ok(text !== undefined && !('missing' in text));
    return text;
  }

  it('are cut where nine tenths are over, and never inside a character', () => {
    const file = join(folder, 'verse.txt');
    writeFileSync(file, `${'a'.repeat(17)}🐋b`);
    const { workspace, next } = textNamed('tiny-shakespeare', file);
    assert.deepEqual(workspace, [{ name: 'tinyshakespeare.txt', text: 'a'.repeat(17) }]);
    assert.equal(next.text, '🐋b');
    assert.equal(characterCount(next.text), 2);
  });

  it('are whole: the files of the workspace and what comes next are all of Moby-Dick', () => {
    const { workspace, next } = textNamed('Moby-Dick', '');
    const known = workspace.map(({ text }) => text).join('');
    assert.equal(workspace[0]?.name, 'chapter-001.txt');
    assert.match(known, /^[^]{0,40}Call me Ishmael|^CHAPTER 1/);
    assert.equal(known.length, Math.floor((known.length + next.text.length) * 0.9));
    assert.ok(next.text.includes('the great shroud of the sea rolled on as it rolled five thousand years ago'));
  });

  it('have a tenth of a list drawn from all over it, each line in one part', () => {
    const file = join(folder, 'list.txt');
    const lines = Array.from({ length: 1000 }, (_, index) => `name ${index}`);
    writeFileSync(file, `${lines.join('\r\n')}\r\n`);
    const { workspace, next } = textNamed('list', '', file);
    const drawn = next.text.trimEnd().split('\n');
    const rest = workspace
      .map(({ text }) => text)
      .join('')
      .trimEnd()
      .split('\n');
    assert.equal(drawn.length, 100);
    assert.deepEqual(new Set([...drawn, ...rest]), new Set(lines));
    assert.ok(lines.indexOf(drawn[0]!) < 100 && lines.indexOf(drawn.at(-1)!) >= 900);
  });

  it('are a list of the compiler’s messages where there is no file of one', () => {
    const { workspace, next, isList } = textNamed('list', '');
    const lines = `${workspace[0]!.text}${next.text}`.split('\n');
    assert.ok(isList && lines.length > 2000 && lines.includes('Unterminated string literal.'));
  });

  it('say what is missing', () => {
    const missing = qualityTexts({ shakespeare: join(folder, 'no.txt'), list: '', rxjs: folder }).flatMap((text) =>
      'missing' in text ? [[text.name, text.missing] as const] : [],
    );
    assert.deepEqual(
      missing.map(([name]) => name),
      ['tiny-shakespeare', 'TypeScript'],
    );
    assert.match(missing[0]![1], /no\.txt.*--text FILE/);
  });
});

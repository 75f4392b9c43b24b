import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { editorWith, inWorkspace, small, tales, textloom, trainedModel, whenIdle } from './support';

describe('the interface for other extensions', () => {
  let model: string;

  before(async () => {
    model = await trainedModel();
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('has a version number', async () => {
    assert.equal((await textloom()).version, 1);
  });

  it('trains, and tells the folder of the model', async () => {
    const api = await textloom();
    const folder = await api.train({ ...small, paths: [tales()], name: 'by-interface', steps: 20, seed: 1 });
    assert.equal(folder, inWorkspace('.textloom', 'models', 'by-interface'));
    await whenIdle();
    await trainedModel();
  });

  it('generates at the cursor', async () => {
    const { document } = await editorWith('Call me');
    const { texts } = await (await textloom()).generate({ length: 20, seed: 1 });
    assert.equal(document.getText(), `Call me${texts[0]}`);
  });

  it('keeps to the words and characters that are asked for, and rejects wrong options with a sentence', async () => {
    const api = await textloom();
    await editorWith('Call me');
    const { texts } = await api.generate({ length: 200, seed: 1, words: 4, characters: 'never e' });
    assert.doesNotMatch(texts[0]!, /e/);
    assert.ok(texts[0]!.trim().split(/\s+/).length <= 4, texts[0]);
    await assert.rejects(api.generate({ characters: 'some' }), /wrong "characters"/);
    await assert.rejects(api.generate({ temperature: -1 }), /wrong "temperature"/);
  });

  it('scores a text by each of its characters', async () => {
    const api = await textloom();
    const text = 'Call me Ishmael.\r\nSome years ago';
    const meanOf = (bits: Float32Array): number => bits.reduce((sum, each) => sum + each, 0) / bits.length;
    const own = await api.score(text);
    assert.equal(own.bits.length, Array.from(text).length - 1);
    assert.ok(Math.abs(meanOf(own.bits) - own.bitsPerCharacter) < 1e-3);
    // What it takes to spell an unknown character counts for the text, and for no character of it.
    const unknown = await api.score(`${text} 😀`);
    assert.equal(unknown.bits.length, own.bits.length + 2);
    assert.ok(unknown.bitsPerCharacter > meanOf(unknown.bits));
    const odd = await api.score('zqxj vkww qqqz', { model });
    assert.ok(odd.bitsPerCharacter > own.bitsPerCharacter);
  });

  it('gives a score up, and rejects with a sentence where there is no model', async () => {
    const api = await textloom();
    const cancellation = new vscode.CancellationTokenSource();
    const scoring = api.score('Call me Ishmael. '.repeat(100_000), { token: cancellation.token });
    setTimeout(() => cancellation.cancel(), 50);
    await assert.rejects(scoring);
    await assert.rejects(api.score('Call me', { model: inWorkspace('nowhere') }), /There is no model in/);
  });
});

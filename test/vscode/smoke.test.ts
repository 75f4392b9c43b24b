import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the real editor', () => {
  it('that tests run in is VS Code on the Node that it ships', () => {
    assert.match(vscode.version, /^1\.\d+\.\d+/);
    assert.equal(process.versions.node.split('.')[0], '24');
  });

  it('has Textloom loaded from this project', () => {
    const extension = vscode.extensions.getExtension('textloom.textloom');
    assert.ok(extension);
    assert.equal(extension.extensionPath, process.env['TEXTLOOM_ROOT']);
  });

  it('has opened the workspace that it was given', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });
});

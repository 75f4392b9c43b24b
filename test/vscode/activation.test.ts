import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';
import { eventually } from './support';

/** DESIGN's limit, milliseconds. */
const limit = 50;

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
  readonly keybindings: readonly { readonly command: string; readonly key: string }[];
}

const extension = vscode.extensions.getExtension<ExtensionApi>('textloom.textloom')!;
const { contributes } = extension.packageJSON as { contributes: Contributions };

/** Worker threads of this extension host. */
function threads(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Worker').length;
}

/**
 * Command lines of the processes that this extension host has started and that run a file of this extension. The editor's
 * own, a language server or git, come and go, or stay, at any time.
 */
function ownProcesses(): readonly string[] {
  const [program, ...args] =
    process.platform === 'win32'
      ? ['powershell', '-NoProfile', 'Get-CimInstance Win32_Process | % { "$($_.ParentProcessId) $($_.CommandLine)" }']
      : ['ps', '-A', '-o', 'ppid=', '-o', 'args='];
  const lines = execFileSync(program, args, { encoding: 'utf8' }).split('\n');
  const ours = join(extension.extensionPath, 'dist');
  return lines.filter((line) => Number.parseInt(line, 10) === process.pid && line.includes(ours));
}

/** Milliseconds of processor time that this thread has taken: the host's own, without V8's helpers. */
function processorTime(): number {
  const { threadCpuUsage = process.cpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
}

/**
 * Least processor time, of this thread, of a few loads of the bundle and of the parts that it begins with, milliseconds:
 * what the editor adds to the time of `activate`. What was loaded before stays so.
 */
function loadMilliseconds(): number {
  const bundle = join(extension.extensionPath, 'dist', 'extension.js');
  const parts = join(extension.extensionPath, 'dist', 'extension', sep);
  const ours = () => Object.entries(require.cache).filter(([path]) => path === bundle || path.startsWith(parts));
  const loaded = ours();
  const times = Array.from({ length: 5 }, () => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the cache is keyed by path
    for (const [path] of ours()) delete require.cache[path];
    const began = processorTime();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the editor loads it
    require(bundle);
    return processorTime() - began;
  });
  Object.assign(require.cache, Object.fromEntries(loaded));
  return Math.min(...times);
}

describe('activation', () => {
  it('waits until a command or a view of it is used', () => {
    assert.equal(extension.isActive, false);
  });

  it('takes less than 50 ms, loads no engine and starts no process', async () => {
    const before = threads();
    const { activationMilliseconds, ready } = await extension.activate();
    const milliseconds = activationMilliseconds + loadMilliseconds();
    assert.ok(milliseconds < limit, `loading and activating took ${milliseconds} ms`);
    const loaded = Object.keys(require.cache).filter((path) => /tensorflow|tfjs|\.wasm|kernelThread/.test(path));
    assert.deepEqual(loaded, []);
    await ready;
    assert.ok(threads() <= before, 'no thread was started');
    assert.deepEqual(ownProcesses(), []);
  });

  it('leaves it to the first question to start the process', async () => {
    await vscode.commands.executeCommand('textloom.refreshCorpus');
    await eventually(() => ownProcesses().length === 1, 'one process');
  });

  it('registers each command that is contributed, and contributes each that is registered', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('textloom.'));
    // The editor makes one or more of these for each view.
    const own = registered.filter((id) => !/\.(open|focus|resetViewLocation|removeView|toggleVisibility)$/.test(id));
    assert.deepEqual(own.sort(), contributes.commands.map(({ command }) => command).sort());
  });

  it('names its commands in title case, under one category', () => {
    for (const { title, category } of contributes.commands) {
      assert.equal(category, 'Textloom');
      const words = title.split(' ').filter((word) => !/^(at|in|on|and|the|of|with|from|a|by|this|to)$/i.test(word));
      for (const word of words) assert.match(word, /^\p{Lu}/u, title);
    }
  });

  it('takes no key that the editor uses while one writes', async () => {
    const address = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
    const text = (await vscode.workspace.openTextDocument(address)).getText();
    const { key } = contributes.keybindings.find(({ command }) => command === 'textloom.generate')!;
    const taken = [...text.matchAll(/\{ "key": "([^"]+)",\s+"command": "([^"]+)"(?:,\s+"when": "([^"]*)")?/g)]
      .filter(([, used, command]) => used === key && !command!.startsWith('textloom.'))
      .map(([, , command, when]) => `${command}: ${when ?? 'always'}`);
    // Each of these holds only where another widget has the focus.
    const elsewhere = /find|notebook|chat|terminal|inlineChat|search|repl|interactive|scm|comment|Widget/i;
    assert.ok(text.length > 10_000, 'the default keybindings were read');
    assert.deepEqual(
      taken.filter((entry) => !elsewhere.test(entry)),
      [],
    );
  });
});

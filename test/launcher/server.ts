import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { browserEdition, root } from './places';
import { endTree, startTree } from './processTree';

/**
 * Whom a server is for. Tests want stillness and a server that goes by itself should they be killed; a user keeps the
 * settings made before, however long the window stays closed, and a training is saved when the server is stopped.
 */
type Audience = 'tests' | 'user';

/** What {@link startServer} serves. */
export interface ServerOptions {
  /** `tests` when it isn't said. */
  readonly audience?: Audience;
  /** Folder (or .code-workspace file) that the window opens; none for an empty window. */
  readonly workspace: string | undefined;
  /** Settings, logs and state of the user live here; made when it is not there. */
  readonly userData: string;
  /** User settings, added to {@link quietSettings}. A user's own, once there are any, win. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to this process's environment, for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** A test module to run in the extension host instead of waiting for a user. */
  readonly testModule?: string;
}

/** A VS Code server on a free port of this machine. */
export interface EditorServer {
  /** Where its workbench is, with the token that it asks for. */
  readonly url: string;
  /** Resolves with its last words if it ends by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** What a test wants to be still. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'git.openRepositoryInParentFolders': 'never',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
} as const;

const startSeconds = 60;
const patienceSeconds = { tests: 0, user: 20 } as const;

/**
 * Starts VS Code's browser edition with the extension of this project loaded from source.
 * @throws Error when it is not set up or does not start.
 */
export async function startServer(options: ServerOptions): Promise<EditorServer> {
  const { node, server } = browserEdition();
  const { audience = 'tests' } = options;
  writeSettings(options);
  const token = randomBytes(16).toString('hex');
  const child = startTree(node, [server, ...serverArguments(options.userData, token, audience)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    env: { ...process.env, ...options.env },
  });
  const output = collect(child);
  const ended = new Promise<string>((resolve) => child.once('exit', () => resolve(output.tail())));
  const port = await listening(child, output, ended);
  return { url: workbenchUrl(port, token, options), ended, stop: () => endTree(child, patienceSeconds[audience]) };
}

function writeSettings({ userData, settings, audience }: ServerOptions): void {
  if (audience === 'user' && existsSync(join(userData, 'User', 'settings.json'))) return;
  const all = { ...quietSettings, ...settings };
  const ofMachine = settingsOfMachine();
  for (const [folder, belongs] of [
    ['User', (name: string) => !ofMachine.has(name)],
    ['Machine', (name: string) => ofMachine.has(name)],
  ] as const) {
    mkdirSync(join(userData, folder), { recursive: true });
    const chosen = Object.fromEntries(Object.entries(all).filter(([name]) => belongs(name)));
    writeFileSync(join(userData, folder, 'settings.json'), JSON.stringify(chosen, null, 2));
  }
}

/** The extension's settings that a window of a server reads from the server's machine, and from nowhere else. */
function settingsOfMachine(): ReadonlySet<string> {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    contributes: { configuration: readonly { properties: Record<string, { scope?: string }> }[] };
  };
  const properties = contributes.configuration.flatMap((group) => Object.entries(group.properties));
  return new Set(properties.filter(([, { scope }]) => scope?.startsWith('machine')).map(([name]) => name));
}

function serverArguments(userData: string, token: string, audience: Audience): string[] {
  const fixed = '--host 127.0.0.1 --port 0 --accept-server-license-terms --telemetry-level off';
  // Some minutes after its last window has gone.
  const endsByItself = ['--enable-remote-auto-shutdown', '--reconnection-grace-time', '60'];
  return [
    ...fixed.split(' '),
    ...(audience === 'tests' ? endsByItself : []),
    // Without this flag the server ignores what the address says about the extension under development.
    '--enable-smoke-test-driver',
    ...['--connection-token', token],
    ...['--server-data-dir', userData, '--user-data-dir', userData],
    ...['--extensions-dir', join(userData, 'extensions')],
  ];
}

/** The address of a window: what it opens, and the extension (and tests) that it loads. */
function workbenchUrl(port: number, token: string, options: ServerOptions): string {
  const authority = `127.0.0.1:${port}`;
  const payload = [['extensionDevelopmentPath', `vscode-remote://${authority}${root}`]];
  if (options.testModule !== undefined) {
    payload.push(['extensionTestsPath', `vscode-remote://${authority}${options.testModule}`]);
  }
  const query = new URLSearchParams({ tkn: token, payload: JSON.stringify(payload) });
  if (options.workspace === undefined) query.set('ew', 'true');
  else query.set(options.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', options.workspace);
  return `http://${authority}/?${query.toString()}`;
}

interface Output {
  /** The newest part of it. */
  tail(): string;
  onLine(listener: (line: string) => void): void;
}

function collect(child: ChildProcess): Output {
  const lines: string[] = [];
  let listener: ((line: string) => void) | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      listener?.(line);
    });
  }
  return { tail: () => lines.slice(-40).join('\n'), onLine: (next) => void (listener = next) };
}

/** The port, once the server listens; settled by just one of that, its end, and the time. */
async function listening(child: ChildProcess, output: Output, ended: Promise<string>): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      output.onLine((line) => {
        const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once('error', reject);
      void ended.then((text) => reject(new Error(`The editor's server ended:\n${text}`)));
      timer = setTimeout(() => {
        reject(new Error(`The editor's server did not start in ${startSeconds} s:\n${output.tail()}`));
      }, startSeconds * 1000);
    });
  } catch (error) {
    await endTree(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

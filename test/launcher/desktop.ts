import type { runTests } from '@vscode/test-electron';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places';
import { endTree, startTree } from './processTree';
import { quietSettings, type ServerOptions } from './server';

/** Path of the desktop VS Code that set-up has downloaded; undefined where it is not to be had. */
export function desktopEditor(): string | undefined {
  if (process.env['TEXTLOOM_EDITOR'] === 'browser') return undefined;
  const folder = join(root, '.cache', 'editor', 'desktop');
  try {
    return join(folder, readFileSync(join(folder, 'executable'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Runs a test module inside desktop VS Code's extension host, as a fresh user.
 * @param executable see {@link desktopEditor}
 * @throws Error when it does not start, ends with another code than 0, or takes too long: then all of it is ended.
 */
export async function runOnDesktop(
  executable: string,
  options: ServerOptions & { readonly testModule: string; readonly timeoutSeconds: number },
): Promise<void> {
  const user = join(options.userData, 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...quietSettings, ...options.settings }));
  const screen = await openScreen();
  try {
    const asked: Parameters<typeof runTests>[0] = {
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: options.testModule,
      extensionTestsEnv: { ...options.env, ...screen.env },
      launchArgs: [
        ...(options.workspace === undefined ? [] : [options.workspace]),
        ...['--user-data-dir', options.userData, '--extensions-dir', join(options.userData, 'extensions')],
      ],
    };
    await runToEnd(asked, options.timeoutSeconds);
  } finally {
    await screen.close();
  }
}

/** In a process tree of its own: settled by just one of its end, an error, and the time. */
async function runToEnd(asked: Parameters<typeof runTests>[0], seconds: number): Promise<void> {
  const runner = join(root, 'dist', 'test', 'launcher', 'desktopRun.js');
  const head = startTree(process.execPath, [runner, JSON.stringify(asked)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`The tests in the editor did not end in ${seconds} s.`)),
        seconds * 1000,
      );
      head.once('error', reject);
      head.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`The test run failed with ${code === null ? String(signal) : `code ${code}`}.`));
      });
    });
  } finally {
    clearTimeout(timer);
    await endTree(head);
  }
}

interface Screen {
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** The display that is there, else on Linux one in memory. */
async function openScreen(): Promise<Screen> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform !== 'linux' || DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined) {
    return { env: {}, close: () => Promise.resolve() };
  }
  const server = startTree('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    server.once('error', reject);
    server.once('exit', () => reject(new Error('Xvfb ended before it had a display.')));
  });
  return { env: { DISPLAY: `:${number}` }, close: () => endTree(server) };
}

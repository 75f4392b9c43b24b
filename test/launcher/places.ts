import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The project, which is also the extension under development. Whatever starts the launcher runs in it. */
export const root = process.cwd();

const cache = join(root, '.cache');

/** Where scripts/setup/ has put the parts of the editor's browser edition. */
export interface BrowserEdition {
  /** Node 24, as in desktop VS Code's extension host. */
  readonly node: string;
  /** Entry of the server. */
  readonly server: string;
  /** Folder of our own Chromium; undefined where the one that is installed is used. */
  readonly chromium: string | undefined;
}

/**
 * Finds the browser edition.
 * @throws Error when it has not been set up.
 */
export function browserEdition(): BrowserEdition {
  const server = join(cache, 'editor', 'server');
  const node = join(cache, 'node24');
  for (const folder of [server, node]) {
    if (!existsSync(join(folder, '.complete'))) {
      throw new Error('The editor has not been set up: run `npm run setup -- --editor`.');
    }
  }
  const chromium = join(cache, 'editor', 'chromium');
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  return {
    node: join(node, 'node_modules', `node-${platform}-${process.arch}`, 'bin', executable),
    server: join(server, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    chromium: existsSync(join(chromium, '.complete')) ? chromium : undefined,
  };
}

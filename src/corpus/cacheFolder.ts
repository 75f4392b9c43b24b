import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where programs of this user keep what they can work out again: shared by the editor and the terminal. TEXTLOOM_CACHE
 * names another folder.
 * @param environment For tests.
 */
export function userCacheFolder(platform = process.platform, environment = process.env): string {
  const { TEXTLOOM_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = environment;
  if (TEXTLOOM_CACHE) return TEXTLOOM_CACHE;
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'textloom', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'textloom');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'textloom');
}

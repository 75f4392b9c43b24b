/**
 * Which text a model may name that lies outside of its workspace. A model that came with a folder could name any file of this
 * machine, so what is saved of a source is signed with a key of this user. Where the signature doesn't fit, only text of the
 * model's own workspace is read, until the user says that he knows the model.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { isWithin } from '../../base/paths';
import { userCacheFolder } from '../../corpus/cacheFolder';
import type { CorpusSource } from '../../corpus/corpus';
import { realPathOf } from '../../corpus/select/reach';
import { makeFolder, replaceFile } from '../../model/disk';
import { rootOf } from '../../model/modelFiles';
import { readRegularText } from '../../model/regularFile';

/** In the user's cache folder, which no folder of text comes with. */
const keyFile = 'provenance.key';

/** A signature of where a source's text comes from; undefined where no key can be kept. */
export async function signatureOf(source: CorpusSource): Promise<string | undefined> {
  const key = (await readKey()) ?? (await makeKey());
  return key && hmac(key, source);
}

/** Whether this user has trained on a source, or has said that it may be read. */
export async function isKnown(source: CorpusSource, signature: string | undefined): Promise<boolean> {
  const key = await readKey();
  if (key === undefined || signature === undefined) return false;
  const expected = Buffer.from(hmac(key, source));
  const found = Buffer.from(signature);
  return found.length === expected.length && timingSafeEqual(found, expected);
}

/** The first folder or file that a source names outside of the workspace of a model; undefined where it names none. */
export function pathOutside(folder: string, { root, paths }: CorpusSource): string | undefined {
  const workspace = realPathOf(rootOf(dirname(resolve(folder))));
  return [...paths, root].find((path) => {
    const real = realPathOf(path) ?? resolve(path);
    return workspace === null || !isWithin(real, workspace);
  });
}

function hmac(key: string, { root, paths, places = [], spool = '' }: CorpusSource): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([root, paths, places, spool]))
    .digest('hex');
}

async function readKey(): Promise<string | undefined> {
  const key = await readRegularText(join(userCacheFolder(), keyFile)).catch(() => '');
  return /^[0-9a-f]{64}$/.test(key) ? key : undefined;
}

async function makeKey(): Promise<string | undefined> {
  try {
    await makeFolder(userCacheFolder());
    await replaceFile(join(userCacheFolder(), keyFile), [Buffer.from(randomBytes(32).toString('hex'))]);
    // Of two processes that made one the last has it.
    return await readKey();
  } catch {
    return undefined;
  }
}

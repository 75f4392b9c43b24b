import assert from 'node:assert/strict';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileStamp } from '../../../src/base/fileStamp';
import { folderWith } from '../corpus/temporaryFolder';

describe('a stamp of files', () => {
  it('is another one once a file is written, replaced or deleted, and else the same', async () => {
    const folder = folderWith({});
    const [one, other, fresh] = ['one', 'other', 'fresh'].map((name) => join(folder, name)) as [string, string, string];
    const time = new Date(2020, 0, 1);
    const write = async (path: string, content: string) => {
      await writeFile(path, content);
      await utimes(path, time, time);
    };
    await write(one, 'abc');
    const stamps = [await fileStamp([one, other])];
    assert.equal(await fileStamp([one, other]), stamps[0]);
    await write(other, '');
    stamps.push(await fileStamp([one, other]));
    await write(one, 'abcd');
    stamps.push(await fileStamp([one, other]));
    await write(fresh, 'efgh');
    await rename(fresh, one);
    stamps.push(await fileStamp([one, other]));
    await utimes(one, time, new Date(2020, 0, 2));
    stamps.push(await fileStamp([one, other]));
    await rm(one);
    stamps.push(await fileStamp([one, other]));
    assert.equal(new Set(stamps).size, 6, stamps.join('\n'));
  });
});

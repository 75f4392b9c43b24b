import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { LineLog, readJsonLines } from '../../../src/model/jsonLines';

describe('a JSON Lines file that is added to', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'textloom-lines-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Adds while the disk has room for so many bytes only. */
  async function addTo(log: LineLog, path: string, value: unknown, room: number): Promise<void> {
    const handle = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const full = mock.method(prototype, 'writeFile', (text: string) => {
      appendFileSync(path, Buffer.from(text).subarray(0, room));
      return Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    });
    try {
      await assert.rejects(log.add(value), { name: 'StorageError' });
    } finally {
      full.mock.restore();
    }
  }

  it('holds each line once and in order, wherever a full disk has cut what was written', async function () {
    this.timeout(60_000);
    const values = [1, 2, 3, 4].map((step) => ({ step, text: 'ä'.repeat(step) }));
    for (let room = 0; room < 160; room++) {
      for (const second of [0, 1, 2, 45, 90]) {
        const path = join(folder, `${room} ${second}.jsonl`);
        const log = new LineLog(path);
        await addTo(log, path, values[0], 0);
        await addTo(log, path, values[1], room);
        await addTo(log, path, values[2], second);
        await log.add(values[3]);
        assert.deepEqual(await readJsonLines(path), values, path);
      }
    }
  });
});

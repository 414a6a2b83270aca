import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultNative } from '../native.js';
import { openKernelFile } from './kernel-file.js';

const folder = mkdtempSync(join(tmpdir(), 'auxctl-kernel-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = Uint8Array.from({ length: 8192 }, (_, index) => (index * 7) % 251);

test('a file is read, and mapped word by word, wherever it is asked for', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  await using file = await openKernelFile({ native: defaultNative, path, device: 'x' });
  expect(await file?.sizeBytes()).toBe(8192);
  expect(await file?.read(8190, 10)).toEqual(bytes.slice(8190));
  for (const [offset, length] of [[0, 4], [4, 64], [4092, 16], [8188, 4]] as const) expect(await file?.readWords(offset, length)).toEqual(bytes.slice(offset, offset + length));
  await expect(file?.readWords(8192, 4)).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
  await file?.close();
  await file?.close();
  await expect(file?.read(0, 1)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
});

test('what is not there is no error, what cannot be opened is one', async () => {
  expect(await openKernelFile({ native: defaultNative, path: join(folder, 'nothing'), device: 'x' })).toBeUndefined();
  await expect(openKernelFile({ native: defaultNative, path: join(folder, 'file', 'below'), device: 'x' })).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENOTDIR' });
  await expect(openKernelFile({ native: defaultNative, path: join(folder, 'file'), device: 'x', signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});

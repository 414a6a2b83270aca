import { writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'auxctl-load-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('the package', () => {
  it('loads nothing when it is imported', async () => {
    const dlopen = vi.spyOn(process, 'dlopen').mockImplementation(() => {
      throw new TypeError('loaded at import');
    });
    await import('./index.js');
    expect(dlopen).not.toHaveBeenCalled();
    dlopen.mockRestore();
  });

  it('says how to build the addon when it is missing', async () => {
    const { loadNative, NativeError } = await import('./index.js');
    const addonPath = join(dir, 'missing.node');
    const load = (): unknown => loadNative({ addonPath });
    expect(load).toThrow(NativeError);
    expect(load).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_MISSING', path: addonPath, message: expect.stringContaining('build:addon') }));
  });

  it('says what a package manager builds it with, where one has installed it', async () => {
    const { loadNative } = await import('./index.js');
    const addonPath = join(dir, 'node_modules/@auxctl/native/missing.node');
    expect(() => loadNative({ addonPath })).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_MISSING', message: expect.stringContaining('npm rebuild @auxctl/native') }));
  });

  it('says so when the file is no addon, with the reason', async () => {
    const { loadNative } = await import('./index.js');
    const addonPath = join(dir, 'text.node');
    writeFileSync(addonPath, 'no shared object');
    expect(() => loadNative({ addonPath })).toThrow(expect.objectContaining({ code: 'ERR_NATIVE_MISSING', cause: expect.any(Error) }));
  });
});

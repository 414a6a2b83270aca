import { LayoutStore } from '@auxctl/core';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelHeaders } from '../../../test/import/support/header.js';
import { driverEnvelope } from '../src/transport.js';

interface Sample {
  readonly layout: string;
  readonly structure: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const golden = join(import.meta.dirname, 'golden');
const store = new LayoutStore(join(import.meta.dirname, '../layouts'));
const samples = readdirSync(golden).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(golden, file), 'utf8')) as Sample);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

describe('the samples', () => {
  it('show every field of every command, register and capability', async () => {
    const missing: string[] = [];
    let fields = 0;
    for (const kind of ['command', 'register', 'capability'] as const) {
      for (const document of await store.all(kind)) {
        const layout = `${LAYOUT_FOLDERS[kind]}/${document.name}`;
        const roots = document.kind === 'command' ? [document.request, document.reply] : [document.structure];
        for (const root of roots) {
          const shown = samples.filter((sample) => sample.layout === layout && sample.structure === root).flatMap((sample) => Object.keys(sample.fields));
          const named = document.structures[root]?.fields.filter(({ type }) => type !== 'reserved').map(({ name }) => name) ?? [];
          missing.push(...named.filter((name) => !shown.includes(name)).map((name) => `${layout}: ${root}.${name}`));
          fields += named.length;
        }
      }
    }
    expect(missing).toEqual([]);
    expect(fields).toBeGreaterThanOrEqual(140);
  });

  it.skipIf(!hasCompiler())('are what golden.c makes (skipped where there is no cc)', () => {
    expect(differences('golden.c', [])).toEqual([]);
  });

  const headers = kernelHeaders();
  const folder = 'folder' in headers && existsSync(join(headers.folder, 'include/uapi/fwctl/pds.h')) ? join(headers.folder, 'include/uapi') : undefined;
  const skip = folder !== undefined && hasCompiler() ? undefined : 'reason' in headers ? headers.reason : 'there is no cc, or the headers lack include/uapi/fwctl/pds.h';
  if (skip !== undefined) process.stdout.write(`skipped: samples from the kernel's header: ${skip}\n`);
  it.skipIf(skip !== undefined)('are what kernel.c makes of the kernel\'s header', () => {
    expect(differences('kernel.c', ['-idirafter', folder ?? ''])).toEqual([]);
  });
});

describe('the driver\'s structure around a request', () => {
  /** Operation 3 in version 1 of endpoint 7, 32 bytes in and room for 64. The addresses are put in by who sends it. */
  const message = hex('03000100 07000000 00000000 20000000 0000000000000000 00000000 0000000000000000 40000000 0000000000000000');
  const payload = Buffer.alloc(32, 0x5a);

  it('is the bytes that the header asks for, with both addresses in their places', async () => {
    const envelope = await driverEnvelope(store);
    const wrapped = envelope.wrap({ request: Buffer.concat([hex('03000100 07000000'), payload]), replyLengthBytes: 68, scope: 'configuration' });
    expect(Buffer.from(wrapped.message)).toEqual(message);
    expect(wrapped.replyLengthBytes).toBe(48);
    expect(wrapped.pointers).toMatchObject([{ offsetBytes: 16 }, { offsetBytes: 40, buffer: { lengthBytes: 64 } }]);
    expect(Buffer.from(wrapped.pointers?.[0]?.buffer as Uint8Array)).toEqual(payload);
  });

  it('gives a reply of the result and all of the room', async () => {
    const envelope = await driverEnvelope(store);
    const answer = Uint8Array.from(message);
    answer.set([0x04, 0x03, 0x02, 0x01], 24);
    expect(Buffer.from(envelope.unwrap(answer, [payload, Buffer.from('abc\0\0')])).toString('hex')).toBe('04030201' + '6162630000');
    expect(envelope.unwrap(answer, [payload, new Uint8Array()])).toHaveLength(4);
    expect(() => envelope.unwrap(answer.subarray(0, 47), [payload, new Uint8Array()])).toThrow(expect.objectContaining({ code: 'ERR_REPLY' }) as Error);
  });

  it('has room for the result at least', async () => {
    const envelope = await driverEnvelope(store);
    expect(envelope.wrap({ request: hex('03000100 07000000'), replyLengthBytes: 4, scope: 'configuration' }).pointers).toMatchObject([{ buffer: { length: 0 } }, { buffer: { lengthBytes: 0 } }]);
    expect(() => envelope.wrap({ request: hex('03000100 07000000'), replyLengthBytes: 3, scope: 'configuration' })).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }) as Error);
  });
});

function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0;
}

/** Compiles and runs one of the programs, and names the files that differ from what it makes. */
function differences(program: string, options: readonly string[]): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-golden-'));
  try {
    const binary = join(scratch, 'make');
    const compiled = spawnSync('cc', ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-Wall', '-Wextra', ...options, '-o', binary, join(golden, program), join(golden, 'sample.c')], { encoding: 'utf8' });
    expect(compiled.stderr).toBe('');
    expect(spawnSync(binary, [scratch], { encoding: 'utf8' }).stderr).toBe('');
    const made = readdirSync(scratch).filter((file) => /\.(hex|json)$/.test(file));
    expect(made.length).toBeGreaterThan(0);
    return made.filter((file) => readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(golden, file), 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

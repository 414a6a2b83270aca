import { LayoutStore } from '@auxctl/core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldsWithoutSample, samplesMade } from '../../../test/conformance/samples.js';
import { kernelHeaders } from '../../../test/import/support/header.js';
import { hasCompiler } from '../../../test/import/support/program.js';
import { driverEnvelope } from '../src/transport.js';

const golden = join(import.meta.dirname, 'golden');
const store = new LayoutStore(join(import.meta.dirname, '../layouts'));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

describe('the samples', () => {
  it('show every field of every command, register and capability', async () => {
    const { missing, fields } = await fieldsWithoutSample(store, golden);
    expect(missing).toEqual([]);
    expect(fields).toBeGreaterThanOrEqual(140);
  });

  it.skipIf(!hasCompiler())('are what golden.c makes (skipped where there is no cc)', () => {
    expect(made('golden.c')).toEqual([]);
  });

  const headers = kernelHeaders();
  const folder = 'folder' in headers && existsSync(join(headers.folder, 'include/uapi/fwctl/pds.h')) ? join(headers.folder, 'include/uapi') : undefined;
  const skip = folder !== undefined && hasCompiler() ? undefined : 'reason' in headers ? headers.reason : 'there is no cc, or the headers lack include/uapi/fwctl/pds.h';
  if (skip !== undefined) process.stdout.write(`skipped: samples from the kernel's header: ${skip}\n`);
  it.skipIf(skip !== undefined)('are what kernel.c makes of the kernel\'s header', () => {
    expect(made('kernel.c', '-idirafter', folder ?? '')).toEqual([]);
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

/** The samples that differ from what one of the programs makes. */
function made(program: string, ...flags: readonly string[]): string[] {
  return samplesMade(golden, [program, 'sample.c'], { flags: ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-Wall', '-Wextra', ...flags] }).different;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas';
import { describe, expect, test } from 'vitest';
import { kernelHeaders } from './support/header.js';

const store = new LayoutStore(fileURLToPath(new URL('../../vendors/mlx5/layouts', import.meta.url)));
const headers = kernelHeaders();
if ('reason' in headers) process.stdout.write(`skipped: mlx5's numbers against the kernel's headers: ${headers.reason}\n`);

/** The constants of a header, or of one of its enums, that begin with `prefix`, without it. One without a value is one more than the one before it. */
function constants(file: string, prefix: string, tag = '[^{;]*'): Map<string, bigint> {
  const text = readFileSync(join('folder' in headers ? headers.folder : '', 'include/linux/mlx5', file), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const found = new Map<string, bigint>();
  for (const [, body = ''] of text.matchAll(new RegExp(`\\benum\\b\\s*${tag}\\s*\\{([^}]*)\\}`, 'g'))) {
    let value = -1n;
    for (const [, name = '', literal] of body.matchAll(/(\w+)\s*(?:=\s*(\w+)\s*)?(?:,|$)/g)) {
      value = literal === undefined ? value + 1n : /^(0x[\da-f]+|\d+)$/i.test(literal) ? BigInt(literal) : value + 1n;
      if (name.startsWith(prefix)) found.set(name.slice(prefix.length), value);
    }
  }
  return found;
}

describe.skipIf('reason' in headers)('mlx5\'s numbers are the kernel\'s', () => {
  test('every register that the kernel names has a layout under its number and name', async () => {
    const theirs = constants('driver.h', 'MLX5_REG_');
    const ours = new Map((await store.all('register')).map(({ name, id }) => [name, integerValue(id)]));
    expect([...theirs].filter(([name, id]) => ours.get(name) !== id)).toEqual([]);
    expect(theirs.size).toBeGreaterThan(60);
  });

  test('every type of capability has a layout', async () => {
    const OTHERWISE = new Map([['IPOIB_OFFLOADS', 'IPOIB'], ['IPOIB_ENHANCED_OFFLOADS', 'IPOIB_ENHANCED']]);
    const theirs = [...constants('device.h', 'MLX5_CAP_', 'mlx5_cap_type')].filter(([name]) => !/^(RESERVED_\d+|NUM)$/.test(name));
    const ours = new Map((await store.all('capability')).map(({ name, id }) => [name, integerValue(id)]));
    expect(theirs.filter(([name, type]) => ours.get(OTHERWISE.get(name) ?? name) !== type)).toEqual([]);
    expect(theirs.length).toBe(ours.size);
  });

  test('every opcode that the kernel names is its own', async () => {
    const theirs = constants('mlx5_ifc.h', 'MLX5_CMD_OP_');
    const rows = (await store.opcodes()).opcodes.filter(({ name }) => theirs.has(name));
    expect(rows.filter(({ name, opcode }) => theirs.get(name) !== integerValue(opcode))).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
    for (const { name, opcode } of await store.all('command')) if (theirs.has(name)) expect(integerValue(opcode), name).toBe(theirs.get(name));
  });
});

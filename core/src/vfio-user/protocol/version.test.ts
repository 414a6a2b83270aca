import { describe, expect, it } from 'vitest';
import { versionPayload } from '../test-support.js';
import { encodeVersionReply, parseVersion } from './version.js';
import { WireReader } from './wire.js';

const parse = (payload: Uint8Array) => parseVersion(new WireReader(payload, 'VERSION'));
const dataOf = (reply: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(reply.subarray(4, -1)));

describe('VERSION', () => {
  it('answers with those of its capabilities that were proposed', () => {
    const request = parse(versionPayload('{"capabilities":{"max_msg_fds":8,"pgsizes":4096,"write_multiple":true,"migration":{"pgsize":4096}}}\0'));
    const reply = encodeVersionReply(request);
    expect([...reply.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(reply.at(-1)).toBe(0);
    expect(dataOf(reply)).toEqual({ capabilities: { max_msg_fds: 16, pgsizes: 4096 } });
  });

  it('takes a proposal without data, or without capabilities', () => {
    expect(dataOf(encodeVersionReply(parse(versionPayload(''))))).toEqual({ capabilities: {} });
    expect(dataOf(encodeVersionReply(parse(versionPayload('{}\0'))))).toEqual({ capabilities: {} });
  });

  it('lowers the minor version and refuses another major one', () => {
    expect([...encodeVersionReply(parse(versionPayload('', 0, 7))).subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(() => encodeVersionReply(parse(versionPayload('', 1, 0)))).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });

  it('does not take a name of every object for a capability', () => {
    expect(dataOf(encodeVersionReply(parse(versionPayload('{"capabilities":{"__proto__":1,"constructor":2}}\0'))))).toEqual({ capabilities: {} });
  });

  it.each([
    ['no NUL', '{}'],
    ['something behind the NUL', '{}\0 '],
    ['two NULs', '{}\0\0'],
    ['no JSON', '{\0'],
    ['a list', '[]\0'],
    ['null', 'null\0'],
    ['capabilities that are no object', '{"capabilities":[1]}\0'],
    ['nothing but the NUL', '\0'],
  ])('refuses data with %s', (_, data) => {
    expect(() => parse(versionPayload(data))).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });

  it('refuses text that is not UTF-8', () => {
    expect(() => parse(Uint8Array.of(0, 0, 0, 0, 0x22, 0xff, 0x22, 0))).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });
});

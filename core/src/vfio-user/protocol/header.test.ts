import { describe, expect, it } from 'vitest';
import { bytesOf, message } from '../test-support.js';
import { encodeErrorReply, encodeReply, ERRNO, parseHeader } from './header.js';

const nothing = new Uint8Array(0);

describe('parseHeader', () => {
  it('reads id, command, payload length and whether a reply is wanted', () => {
    expect(parseHeader(message(0xfffe, 9, new Uint8Array(16)).subarray(0, 16))).toEqual({ id: 0xfffe, command: 9, payloadBytes: 16, wantsReply: true });
    expect(parseHeader(message(1, 10, nothing, 0x10)).wantsReply).toBe(false);
  });

  it.each([
    ['a size below the header', bytesOf([2, 1], [2, 4], [4, 15], [4, 0], [4, 0])],
    ['a size above what was announced', bytesOf([2, 1], [2, 10], [4, 16 + 16 + 1048576 + 1], [4, 0], [4, 0])],
    ['a reply', message(1, 11, nothing, 0x1)],
    ['an undefined type', message(1, 4, nothing, 0x2)],
    ['a cut header', message(1, 4, nothing).subarray(0, 15)],
    ['a header with something behind it', message(1, 4, Uint8Array.of(0))],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseHeader(bytes)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }));
  });

  it('takes the longest message announced', () => {
    expect(parseHeader(bytesOf([2, 1], [2, 10], [4, 16 + 16 + 1048576], [4, 0], [4, 0])).payloadBytes).toBe(1048592);
  });
});

describe('replies', () => {
  const request = { id: 0x0102, command: 5, payloadBytes: 0, wantsReply: true };

  it('echo id and command, and count themselves', () => {
    expect(encodeReply(request, Uint8Array.of(0xaa))).toEqual(bytesOf([2, 0x0102], [2, 5], [4, 17], [4, 1], [4, 0], [1, 0xaa]));
  });

  it('carry an errno and nothing else when they report an error', () => {
    expect(encodeErrorReply(request, ERRNO.EINVAL)).toEqual(bytesOf([2, 0x0102], [2, 5], [4, 16], [4, 0x21], [4, 22]));
  });
});

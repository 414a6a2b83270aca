import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames } from './compare.js';
import { nearest } from './nearest.js';

const REGISTERS = ['NODE_DESC', 'DTOR', 'MCAM', 'PCAM', 'PTYS', 'PAOS', 'PMLP', 'PPCNT', 'MTCAP', 'MTMP', 'MGIR', 'MCIA', 'MPEIN'];

describe('nearest', () => {
  it.each([
    ['mtpm', ['MTMP']],
    ['PCNT', ['PPCNT']],
    ['node_desk', ['NODE_DESC']],
    ['NODE', ['NODE_DESC']],
    ['MCAN', ['MCAM']],
    ['PAM', ['PCAM']],
    ['xyzzy', []],
    ['', []],
  ])('%s means %j', (name, expected) => {
    expect(nearest(name, REGISTERS)).toEqual(expected);
  });

  it('ranks fewer changes first, then names as people count', () => {
    expect(nearest('fwctl', ['fwctl10', 'fwctl2', 'fwctl'], 9)).toEqual(['fwctl', 'fwctl2', 'fwctl10']);
  });

  it('returns no more than asked for, and no candidate twice', () => {
    expect(nearest('eth', ['eth0', 'eth1', 'eth2', 'eth3', 'eth0'])).toEqual(['eth0', 'eth1', 'eth2']);
    expect(nearest('eth', ['eth0', 'eth1'], 1)).toEqual(['eth0']);
  });

  it('finds a candidate again after any one slip', () => {
    const word = fc.stringMatching(/^[a-z]{3,20}$/);
    fc.assert(fc.property(word, fc.nat(), fc.constantFrom('delete', 'insert', 'replace', 'swap'), (name, position, slip) => {
      expect(nearest(slipped(name, position % (name.length - 1), slip), [name])).toEqual([name]);
    }));
  });

  it('returns candidates only, whatever it is given', () => {
    fc.assert(fc.property(fc.string(), fc.array(fc.string()), (name, candidates) => {
      for (const found of nearest(name, candidates)) expect(candidates).toContain(found);
    }));
  });
});

function slipped(name: string, position: number, slip: string): string {
  const letters = Array.from(name);
  const [here = '', next = ''] = letters.slice(position, position + 2);
  if (slip === 'delete') letters.splice(position, 1);
  else if (slip === 'insert') letters.splice(position, 0, '7');
  else if (slip === 'replace') letters.splice(position, 1, '7');
  else letters.splice(position, 2, next, here);
  return letters.join('');
}

describe('compareNames', () => {
  it('orders as people count', () => {
    expect(['fwctl10', 'fwctl2', 'eth1', 'fwctl', 'eth0', 'a.b.12', 'a.b.3'].sort(compareNames)).toEqual(['a.b.3', 'a.b.12', 'eth0', 'eth1', 'fwctl', 'fwctl2', 'fwctl10']);
  });

  it('is a total order', () => {
    const name = fc.stringMatching(/^[ab]{0,2}\d{0,3}$/);
    fc.assert(fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(compareNames(a, b)) + Math.sign(compareNames(b, a))).toBe(0);
      expect(compareNames(a, b) === 0).toBe(a === b);
      if (compareNames(a, b) <= 0 && compareNames(b, c) <= 0) expect(compareNames(a, c)).toBeLessThanOrEqual(0);
    }));
  });
});

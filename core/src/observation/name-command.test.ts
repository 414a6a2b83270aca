import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strongerEffect } from '../channel/effects.js';
import { smallPlugin } from '../channel/small-device.fixture.js';
import { LayoutStore } from '../store/store.js';
import { CommandNamer } from './name-command.js';

describe('the name of a command of which only the beginning is known', () => {
  const { entry, release } = smallPlugin();
  let namer: CommandNamer;
  beforeAll(async () => { namer = await CommandNamer.load(entry, new LayoutStore(entry.layoutsPath)); });
  afterAll(release);
  const name = async (bytes: readonly number[], length = 4) => namer.name(Uint8Array.from(bytes), length);

  it('is what the bytes decide, with the register where that is among them', async () => {
    expect(await name([2, 7, 1, 50])).toEqual({ command: 'WRITE', register: 'LAMP', effect: 'configure', secrets: [] });
    expect(await name([2, 7])).toEqual({ command: 'WRITE', register: 'LAMP', effect: 'configure', secrets: [] });
    expect(await name([1, 7])).toMatchObject({ command: 'READ', register: 'LAMP', effect: 'inspect' });
    expect(await name([2, 9])).toMatchObject({ command: 'WRITE', register: '0x9', effect: 'configure' });
    expect(await name([3, 0])).toEqual({ command: 'ASK', effect: 'inspect', secrets: [] });
  });

  it('is open where they do not, and such a command may do anything', async () => {
    expect(await name([2])).toEqual({ effect: 'invasive', secrets: [] });
    expect(await name([])).toEqual({ effect: 'invasive', secrets: [] });
    expect(await name([0x77, 7])).toEqual({ command: '0x77', effect: 'invasive', secrets: [] });
  });

  it('is given for any bytes at all, with an effect that more bytes do not make stronger', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.nat(64), fc.nat(4_000_000_000), async (bytes, known, more) => {
      const whole = await namer.name(bytes, bytes.length);
      const beginning = await namer.name(bytes.subarray(0, known), bytes.length);
      expect(strongerEffect(beginning.effect, whole.effect)).toBe(beginning.effect);
      if (beginning.command !== undefined) expect(beginning.command).toBe(whole.command);
      expect((await namer.name(bytes, more)).command).toBe(whole.command);
    }));
  });
});

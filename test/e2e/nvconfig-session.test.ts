import { describe, expect, it } from 'vitest';
import type { SimulatorPool } from '../../cli/src/devices.js';
import { PLAIN } from '../../cli/src/output/style.js';
import type { Terminal } from '../../cli/src/output/terminal.js';
import { execute } from '../../cli/src/run.js';

/** A person at a terminal, and a simulated device that stays from one command to the next. */
class Session {
  readonly #simulators: SimulatorPool = new Map();
  /** What the person was told and asked by the last command. */
  said = '';
  #data = '';

  /** Runs a command line; `answer` is what the person says to the question. */
  async run(line: string, answer = ''): Promise<{ readonly status: number; readonly data: string }> {
    this.said = '';
    this.#data = '';
    const terminal: Terminal = {
      canAsk: true, isOutputTerminal: false, canRedraw: false, canRedrawNotes: false, size: { columns: 80, rows: 24 }, style: () => PLAIN,
      data: (chunk) => { this.#data += String(chunk); }, tryData: () => true, stream: () => Promise.resolve(true),
      note: (text) => { this.said += text; },
      ask: (question) => { this.said += question; return Promise.resolve(answer); },
    };
    const status = await execute([...line.split(' '), '--sim', 'mlx5'], { terminal, environment: {}, signal: new AbortController().signal, simulators: this.#simulators });
    return { status, data: this.#data };
  }

  /** Default, current and next-boot value of a parameter. */
  async values(name: string): Promise<string[]> {
    const { data } = await this.run(`nvconfig query sim-mlx5-0 ${name}`);
    return data.split('\n')[1]?.split(/ {2,}/).slice(1, 4) ?? [];
  }
}

describe('a person who changes configuration', () => {
  const SET = 'nvconfig set sim-mlx5-0 NUM_OF_VFS=16 --allow configure';

  it('sees what would change and is asked; anything but yes changes nothing', async () => {
    const session = new Session();
    for (const answer of ['', 'n', 'yep']) {
      expect((await session.run(SET, answer)).status).toBe(4);
      expect(session.said).toContain('NAME        NEXT BOOT, BEFORE  AFTER  TAKES EFFECT\nNUM_OF_VFS  8                  16     after a firmware reset\nChange the configuration of sim-mlx5-0? [y/N] ');
      expect(session.said).toContain('not confirmed; nothing was changed');
    }
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '8', '8']);
  });

  it('says yes, resets the firmware, and finds it current; a reset of the item goes back', async () => {
    const session = new Session();
    expect((await session.run(SET, 'y')).status).toBe(0);
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '8', '16']);
    expect((await session.run('nvconfig query sim-mlx5-0 --changed')).data).toMatch(/^NUM_OF_VFS +8 +8 +16 +127 +COMMAND_INTERFACE$/m);

    expect((await session.run('firmware reset sim-mlx5-0 --level level3 --allow invasive', 'no')).status).toBe(4);
    expect(session.said).toContain('Costs every connection');
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '8', '16']);
    expect((await session.run('firmware reset sim-mlx5-0 --level level3 --allow invasive', 'yes')).status).toBe(0);
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '16', '16']);

    expect((await session.run('nvconfig reset sim-mlx5-0 SRIOV_EN --allow configure', 'y')).status).toBe(0);
    expect(session.said).toMatch(/^NUM_OF_VFS +16 +8 +after a firmware reset +goes with its item$/m);
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '16', '8']);
  });

  it('who resets everything is told that it is everything', async () => {
    const session = new Session();
    await session.run(SET, 'y');
    expect((await session.run('nvconfig reset sim-mlx5-0 --allow configure', 'y')).status).toBe(0);
    expect(session.said).toContain('Reset all of the configuration of sim-mlx5-0, what no layout describes as well? [y/N] ');
    expect(await session.values('NUM_OF_VFS')).toEqual(['8', '8', '8']);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProbes, probeLines, probeName, removeLeftovers, removeProbes, symbolName } from './probe.js';
import { Tracefs } from './tracefs.js';

/** A folder that holds what the tracing file system holds. */
class Folder implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'auxctl-tracing-'));
  readonly path = join(this.root, 'sys/kernel/tracing');

  constructor(files: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.path, 'instances'), { recursive: true });
    this.write({ 'kprobe_events': '', ...files });
  }

  get tracefs(): Tracefs {
    return new Tracefs(this.path, this.root);
  }

  get written(): string[] {
    return readFileSync(join(this.path, 'kprobe_events'), 'utf8').split('\n').filter((line) => line.startsWith('-:'));
  }

  get instances(): string[] {
    return readdirSync(join(this.path, 'instances'));
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, file)), { recursive: true });
      writeFileSync(join(this.path, file), text);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

const NAME = probeName({ pid: 80, startTicks: '1234' });
const linesOf = (name: string): string => probeLines(name, 'fwctl_cmd_rpc', 'x64').map((line) => `${line}\n`).join('');

describe('the probes', () => {
  it('are named after the tool, its process, and when that began', () => {
    expect(NAME).toBe('auxctl_watch_80_1234');
    expect(probeLines(NAME, 'fwctl_cmd_rpc', 'x64')).toEqual([expect.stringMatching(/^p:auxctl_watch_80_1234\/auxctl_watch_80_1234_request fwctl_cmd_rpc node=\+0\(\+0\(\+0\(\+0\(%di\)\)\)\):string scope=\+4\(\+16\(%di\)\):u32 .* comm=\$comm$/), 'p:auxctl_watch_80_1234/auxctl_watch_80_1234_seen fwctl_cmd_rpc seen=+u0(+16(+16(%di))):ustring', 'r:auxctl_watch_80_1234/auxctl_watch_80_1234_return fwctl_cmd_rpc result=$retval:s32']);
    expect(probeLines(NAME, 'fwctl_cmd_rpc', 'arm64')[0]).toContain('scope=+4(+16(%x0)):u32');
  });

  it('are not made where it is not known where arguments are', () => {
    expect(() => probeLines(NAME, 'fwctl_cmd_rpc', 'riscv64')).toThrow(expect.objectContaining({ code: 'ERR_KERNEL_SETTING', exitStatus: 4, hint: 'Known are x64 and arm64.' }));
  });

  it('are of the function in the kernel or in its module, now or later; a kernel without it says what it lacks', () => {
    expect(symbolName('0000 t other\nffffffffb1421df0 t fwctl_cmd_rpc\n0000 T x\n', false)).toBe('fwctl_cmd_rpc');
    expect(symbolName('ffffffffb1421df0 t fwctl_cmd_rpc\t[fwctl]\n', false)).toBe('fwctl:fwctl_cmd_rpc');
    expect(symbolName('ffffffffb1421df0 t fwctl_cmd_rpc.isra.0\n', true)).toBe('fwctl:fwctl_cmd_rpc');
    for (const kallsyms of ['', '0000 t fwctl_cmd_rpc.isra.0\n', '0000 t my_fwctl_cmd_rpc_x\n']) expect(() => symbolName(kallsyms, false)).toThrow(expect.objectContaining({ code: 'ERR_KERNEL_SETTING', hint: expect.stringContaining('CONFIG_FWCTL') as string }));
  });

  it('are added to those of others', () => {
    using folder = new Folder({ kprobe_events: 'p:mine/open do_sys_open\n' });
    makeProbes(folder.tracefs, NAME, ['p:a/b c', 'r:a/d c']);
    expect(readFileSync(join(folder.path, 'kprobe_events'), 'utf8')).toBe('p:mine/open do_sys_open\np:a/b c\nr:a/d c\n');
  });
});

describe('what is left behind', () => {
  const other = 'p:kprobes/auxctl_watch_80_1234 do_sys_open\np:auxctl_watch_80/x do_sys_open\np:auxctl_watch_80_1_2/x do_sys_open\np:xauxctl_watch_81_1/x do_sys_open\n';

  it('by watchers that have ended is removed, and nothing of those that run or of anybody else', () => {
    using folder = new Folder({ kprobe_events: `${other}${linesOf(NAME)}${linesOf('auxctl_watch_81_99').replace('r:', 'r10:')}${linesOf('auxctl_watch_80_777')}`, [`events/${NAME}/enable`]: '1' });
    for (const name of [NAME, 'auxctl_watch_81_99', 'auxctl_watch_82_5', 'mine']) mkdirSync(join(folder.path, 'instances', name));
    const asked: string[] = [];
    const found = removeLeftovers(folder.tracefs, (owner) => {
      asked.push(probeName(owner));
      return owner.pid === 80 && owner.startTicks === '777';
    });
    expect(found).toEqual({ removed: [NAME, 'auxctl_watch_81_99', 'auxctl_watch_82_5'], kept: [] });
    expect(asked.sort()).toEqual([NAME, 'auxctl_watch_80_777', 'auxctl_watch_81_99', 'auxctl_watch_82_5'].sort());
    expect(folder.instances).toEqual(['mine']);
    expect(folder.written).toEqual([`-:${NAME}/${NAME}_request`, `-:${NAME}/${NAME}_seen`, `-:${NAME}/${NAME}_return`, '-:auxctl_watch_81_99/auxctl_watch_81_99_request', '-:auxctl_watch_81_99/auxctl_watch_81_99_seen', '-:auxctl_watch_81_99/auxctl_watch_81_99_return']);
    expect(readFileSync(join(folder.path, `events/${NAME}/enable`), 'utf8')).toBe('10');
  });

  it('and held by somebody stays, and is told', () => {
    using folder = new Folder();
    folder.write({ [`instances/${NAME}/held`]: '' });
    const { removed, kept } = removeLeftovers(folder.tracefs, () => false);
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ name: NAME, error: { code: 'ERR_SYSTEM_CALL', errno: 'ENOTEMPTY' } }]);
  });

  it('is removed as often as one likes', () => {
    using folder = new Folder();
    removeProbes(folder.tracefs, NAME);
    expect(folder.written).toEqual([]);
  });
});

describe('a system that cannot', () => {
  it('says that there is no tracing, or no probes in it', () => {
    using folder = new Folder();
    expect(Tracefs.find(folder.root).path).toBe(folder.path);
    rmSync(join(folder.path, 'kprobe_events'));
    expect(() => Tracefs.find(folder.root)).toThrow(expect.objectContaining({ code: 'ERR_KERNEL_SETTING', exitStatus: 4, hint: expect.stringMatching(/mount -t tracefs/) as string }));
    folder.write({ trace: '' });
    expect(() => Tracefs.find(folder.root)).toThrow(expect.objectContaining({ code: 'ERR_KERNEL_SETTING', hint: 'It needs CONFIG_KPROBES=y and CONFIG_KPROBE_EVENTS=y.' }));
  });

  it.each([['EPERM', 'confidentiality', 'ERR_KERNEL_SETTING', /locked down for confidentiality/], ['EPERM', 'integrity', 'ERR_PERMISSION', /for root only/], ['EACCES', 'none', 'ERR_PERMISSION', /for root only/], ['EBUSY', 'none', 'ERR_SYSTEM_CALL', /EBUSY/]] as const)('says of %s under lockdown %s what it means', (errno, mode, code, message) => {
    using folder = new Folder();
    mkdirSync(join(folder.root, 'sys/kernel/security'));
    writeFileSync(join(folder.root, 'sys/kernel/security/lockdown'), ['none', 'integrity', 'confidentiality'].map((each) => (each === mode ? `[${each}]` : each)).join(' '));
    const error = folder.tracefs.refusal(Object.assign(new TypeError('x'), { code: errno }), 'kprobe_events');
    expect(error).toMatchObject({ code, errno, message: expect.stringMatching(message) as string });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run, top } from './support/auxctl.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What sos gives its plugins, as far as this one asks for it: what is asked is written down. */
const STAND_IN = `
import json
class IndependentPlugin: pass
class Plugin:
    asked = {'commands': [], 'copied': [], 'forbidden': []}
    def add_cmd_output(self, commands, suggest_filename=None):
        self.asked['commands'] += [commands] if isinstance(commands, str) else commands
    def add_copy_spec(self, paths): self.asked['copied'] += [paths] if isinstance(paths, str) else paths
    def add_forbidden_path(self, paths): self.asked['forbidden'] += [paths] if isinstance(paths, str) else paths
`;

describe('the plugin for sos', () => {
  it.skipIf(!hasPython)('asks for command lines that there are, which end well on a machine without devices (skipped without python3)', async () => {
    using root = folder();
    for (const part of ['sos', 'sos/report']) {
      mkdirSync(root.at(part), { recursive: true });
      writeFileSync(root.at(`${part}/__init__.py`), '');
    }
    writeFileSync(root.at('sos/report/plugins.py'), STAND_IN);
    const program = 'import json, sys; sys.path[:0] = sys.argv[1:]; import auxctl; p = auxctl.Auxctl(); p.setup(); print(json.dumps(p.asked))';
    const { stdout, stderr, status } = spawnSync('python3', ['-B', '-c', program, root.path, join(top, 'packaging/sos')], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const asked = JSON.parse(stdout) as { commands: string[]; copied: string[]; forbidden: string[] };
    expect(asked.commands.length).toBeGreaterThan(7);
    for (const line of asked.commands) {
      const [name, ...words] = line.split(' ');
      expect(name).toBe('auxctl');
      const outcome = await run([...words, '--root', root.at('nothing'), '--state', root.at('state')]);
      expect(outcome.status, `${line}: ${outcome.stderr}`).toBe(0);
    }
    expect(asked.forbidden).toEqual(expect.arrayContaining(['/etc/auxctl/journal.key']));
  });
});

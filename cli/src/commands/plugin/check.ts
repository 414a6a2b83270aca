import { existsSync } from 'node:fs';
import { checkPluginFiles, conformanceChecks, folderFixture, runChecks, type CheckResult } from '@auxctl/kit';
import { pluginFromFolder } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../../command.js';
import { folderOf } from '../../external-plugins.js';
import { BUILT_IN } from '../../generated/vendors.js';
import { importModule } from '../../import-module.js';
import { openProgress } from '../../output/progress.js';
import type { Style } from '../../output/style.js';
import { printable } from '../../output/table.js';
import type { KnownPlugin } from '../../plugins.js';
import type { PluginCheckDocument } from '../../schemas/tool.js';

const FAULTY = 1;
const CHECK_TIMEOUT_MS = 120_000;

/** `auxctl plugin check` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const { folder, files, problems } = checkPluginFiles(folderOf(invocation.text('PATH'), process.cwd()));
  const checks = problems.length > 0 || invocation.flag('data-only') ? [] : await checkCode(folder, context);
  const document: PluginCheckDocument = {
    schema: 'auxctl.plugin-check/1', folder, ok: problems.length === 0 && !checks.some(({ outcome }) => outcome === 'failed'), files,
    problems: problems.map(({ file, structure, field, rule, message }) => ({ file, structure: structure ?? null, field: field ?? null, rule, message })),
    checks: [...checks],
  };
  return { ...report(document, (shown, style) => checkText(shown, style, context.options.verbose)), exitStatus: document.ok ? 0 : FAULTY };
};

async function checkCode(folder: string, { environment, signal, terminal, options }: Context): Promise<CheckResult[]> {
  const checks = conformanceChecks(folderFixture(folder, entryOf(folder)), { hardware: environment['AUXCTL_CONFORMANCE_DEVICE'] });
  using progress = openProgress(terminal, !options.json && !options.quiet);
  return await runChecks(checks, { timeoutMs: CHECK_TIMEOUT_MS, signal, onCheck: ({ name }, done, total) => { progress.update(done, total, name); } });
}

/** The code of a plugin that this tool is built with is in the tool, where it is not built in its folder. */
function entryOf(folder: string): KnownPlugin {
  const plugin = pluginFromFolder(folder, { importModule });
  const builtIn = existsSync(`${folder}/dist`) ? undefined : BUILT_IN.find(({ manifest }) => manifest.name === plugin.manifest.name && manifest.version === plugin.manifest.version);
  return builtIn === undefined ? plugin : { ...plugin, load: builtIn.load };
}

function checkText({ files, problems, checks, ok }: PluginCheckDocument, style: Style, isVerbose: boolean): string {
  const lines = problems.map(({ file, structure, field, rule, message }) => {
    const place = [structure, field].filter((part) => part !== null).join('.');
    return `${style.heading(file)}: ${place === '' ? '' : `${place}: `}${message} ${style.dim(`[${rule}]`)}\n`;
  });
  const shown = checks.filter(({ outcome }) => isVerbose || outcome !== 'passed').map((check) => resultText(check, style));
  const faults = problems.length + countOf(checks, 'failed');
  const ran = checks.length === 0 ? '' : `, ${checks.length} checks: ${countOf(checks, 'passed')} passed, ${countOf(checks, 'skipped')} skipped`;
  return `${lines.join('')}${shown.join('')}${files} files${ran}, ${ok ? style.good('no fault') : style.bad(`${faults} ${faults === 1 ? 'fault' : 'faults'}`)}\n`;
}

function countOf(checks: PluginCheckDocument['checks'], wanted: CheckResult['outcome']): number {
  return checks.filter(({ outcome }) => outcome === wanted).length;
}

function resultText({ group, name, outcome, detail }: CheckResult, style: Style): string {
  const mark = { passed: style.good('passed '), failed: style.bad('failed '), skipped: style.dim('skipped') }[outcome];
  const [first = '', ...more] = detail.split('\n');
  return `${mark} ${group}: ${name}: ${printable(first)}\n${more.map((line) => `          ${printable(line)}\n`).join('')}`;
}

import { defaultNative, diagnose, madeFor, scanDevices, systemState, type FileProblem } from '@auxctl/core';
import { report, type CommandModule } from '../command.js';
import { vendorPackage } from '../install.js';
import type { Style } from '../output/style.js';
import type { DoctorDocument } from '../schemas/tool.js';

/** `auxctl doctor` */
export const run: CommandModule['run'] = async (_invocation, { plugins, options }) => {
  const known = await plugins.all();
  const all = [...known, ...plugins.absent().map((manifest) => ({ manifest, remedy: `Install it: ${vendorPackage(manifest.name)} is its package.` }))];
  const modules = all.flatMap(({ manifest }) => manifest.modules ?? []);
  const problems: FileProblem[] = [];
  const onProblem = (problem: FileProblem): void => { problems.push(problem); };
  const kernelOptions = modules.flatMap(({ option }) => (option === undefined ? [] : [option]));
  const system = systemState({ root: options.root, modules: modules.map(({ module }) => module), options: kernelOptions, onProblem });
  const devices = await scanDevices({ root: options.root, wants: madeFor(all), onProblem });
  const findings = diagnose({ system, devices, modules, plugins: all, addonFailure: await addonFailure(), problems });
  const document: DoctorDocument = {
    schema: 'auxctl.doctor/1', ok: findings.every(({ severity }) => severity !== 'problem'), kernel: system.release ?? null,
    findings: findings.map(({ severity, code, message, remedy, device }) => ({ severity, code, message, remedy: remedy ?? null, device: device ?? null })),
  };
  return report(document, doctorText);
};

async function addonFailure(): Promise<{ readonly message: string; readonly remedy?: string } | undefined> {
  try {
    await defaultNative();
    return undefined;
  } catch (error) {
    return { message: error instanceof Error ? error.message : 'unknown reason' };
  }
}

function doctorText({ findings }: DoctorDocument, style: Style): string {
  const signs = { ok: style.good('ok     '), note: style.dim('note   '), problem: style.bad('problem') } as const;
  return findings.map(({ severity, message, remedy }) => `${signs[severity]}  ${message}\n${remedy === null ? '' : `         ${style.heading('->')} ${remedy}\n`}`).join('');
}

import type { Device } from '../device/types.js';
import { matchStrength } from '../plugin/match.js';
import { type DiagnosisInput, hintFor, moduleRemedy } from './diagnosis.js';
import type { Finding, FindingCode } from './finding.js';
import type { NodeState } from './nodes.js';

/** Does each device lead to its firmware, and if not, where does the way end? */
export function deviceFindings(input: DiagnosisInput): Finding[] {
  const findings = input.devices.flatMap((device) => [deviceFinding(input, device) ?? [], missingPlugin(input, device) ?? []].flat());
  if (findings.length > 0) return findings;
  return [{ severity: 'note', code: 'no-device', message: 'No function of this machine is one that a plugin knows.', remedy: 'To try the tool on simulated devices: auxctl demo' }];
}

function deviceFinding(input: DiagnosisInput, device: Device): Finding | undefined {
  if (device.node !== undefined) return nodeFinding(input, device, device.node);
  const control = device.names.auxiliary.find((name) => name.includes('.fwctl.'));
  if (control !== undefined) return auxiliaryFinding(input, device, control);
  const [memdev] = device.names.memdev;
  if (memdev !== undefined) return noNode(device, `${memdev} has no control node: the kernel makes one only for features that it does not keep for itself.`);
  return driverFinding(input, device);
}

/** A plugin that is not installed counts where it fits better than every other. */
function missingPlugin({ plugins = [] }: DiagnosisInput, { address, aliases }: Device): Finding | undefined {
  const fits = plugins.map((plugin) => ({ ...plugin, strength: matchStrength(plugin.manifest, aliases) }));
  const best = fits.find(({ remedy, strength }) => remedy !== undefined && fits.every((other) => other.remedy !== undefined || other.strength < strength));
  if (best?.remedy === undefined || best.strength === 0) return undefined;
  return problem('plugin-missing', address, `${address} is a device of plugin ${best.manifest.name}, which is not installed.`, best.remedy);
}

function nodeFinding({ system }: DiagnosisInput, device: Device, path: string): Finding {
  const { address } = device;
  const node = system.nodes?.find((each) => each.path === path);
  if (node === undefined) return noNode(device, `${path} went away while the system was examined.`);
  if (!node.exists) {
    const remedy = system.process.container === undefined
      ? 'Let udev make it: udevadm trigger --action=add --subsystem-match=fwctl; or see that devtmpfs is mounted on /dev.'
      : `Give it to the container, such as with --device ${path}.`;
    return problem('node-missing', address, `The kernel has ${path}, but the node is not there.`, remedy);
  }
  if (node.isPermitted) return { severity: 'ok', code: 'device-ready', message: `${address} can be opened at ${path}.`, device: address };
  return problem('node-permission', address, `This user may not open ${path}${ownership(node)}.`, 'Run auxctl as root, or join the group that owns the node; without a udev rule for one: SUBSYSTEM=="fwctl", GROUP="...", MODE="0660"');
}

function auxiliaryFinding({ system, modules }: DiagnosisInput, device: Device, name: string): Finding {
  const { address, auxiliaryDriver, aliases } = device;
  const log = logOf(name);
  if (auxiliaryDriver !== undefined) return problem('no-control-node', address, `${name} is bound to ${auxiliaryDriver}, but there is no control node.`, log);
  const hint = hintFor(modules.filter(({ alias }) => alias.startsWith('auxiliary:')), aliases);
  const remedy = hint === undefined ? log : moduleRemedy(hint, system, probeAgain('auxiliary', name));
  return problem('auxiliary-unbound', address, `${name} has no driver.`, remedy);
}

function driverFinding({ system, modules }: DiagnosisInput, { address, driver, aliases }: Device): Finding | undefined {
  const hint = hintFor(modules.filter(({ alias }) => alias.startsWith('pci:')), aliases);
  if (hint === undefined) return undefined;
  if (driver === undefined) return problem('no-driver', address, `${address} has no driver.`, moduleRemedy(hint, system, probeAgain('pci', address)));
  const wanted = hint.driver ?? hint.module;
  if (driver !== wanted) {
    const message = `${address} is bound to ${driver}; its firmware is reached through ${wanted}.`;
    const remedy = `If nothing uses it: echo ${address} > /sys/bus/pci/drivers/${driver}/unbind; modprobe ${hint.module}; echo ${address} > /sys/bus/pci/drivers_probe`;
    return { ...problem('other-driver', address, message, remedy), severity: 'note' };
  }
  return problem('no-auxiliary', address, `${driver} made no auxiliary device for firmware control of ${address}.`, `Its firmware may not offer it to this function, or the driver may be older than fwctl. ${logOf(address)}`);
}

function probeAgain(bus: 'auxiliary' | 'pci', name: string): string {
  return `Its driver is there; have it try: echo ${name} > /sys/bus/${bus}/drivers_probe. ${logOf(name)}`;
}

function logOf(name: string): string {
  return `The kernel's log says why: dmesg | grep -F ${name}`;
}

function noNode({ address }: Device, message: string): Finding {
  return { severity: 'note', code: 'no-control-node', message, device: address };
}

function problem(code: FindingCode, device: string, message: string, remedy: string): Finding {
  return { severity: 'problem', code, message, remedy, device };
}

function ownership({ mode, uid, gid }: NodeState): string {
  return mode === undefined ? '' : ` (mode ${mode.toString(8).padStart(4, '0')}, owner ${uid}, group ${gid})`;
}

import type { DeviceState, Report } from '@auxctl/schemas';
import { identityValue, serialOf } from '@auxctl/core';
import type { Style } from '../output/style.js';
import { pairs, printable, table } from '../output/table.js';
import { changedTable } from './changed-text.js';

/** A report for people, short enough for a mail. */
export function reportText(report: Report, style: Style): string {
  return [hostText(report, style), ...report.devices.map((state) => deviceText(state, style)), tracesText(report, style), problemsText('not found', report.problems, style), closing(report)].filter((part) => part !== '').join('\n');
}

function hostText({ host, created, tool, redaction }: Report, style: Style): string {
  return pairs([
    ['report', `${created} by auxctl ${tool}${redaction === undefined ? '' : `, without what tells devices apart (key ${redaction.key})`}`],
    ['host', host.name], ['kernel', host.kernel], ['command line', host.commandLine],
    ['taint', host.taint === undefined ? 'not known' : `${host.taint}${host.taintReasons.length === 0 ? '' : ` (${host.taintReasons.join('; ')})`}`],
    ['fwctl taint', host.isFwctlTainted ? style.warning('yes: a mutating debug command went through fwctl since the kernel started') : 'no'],
    ['lockdown', host.lockdown ?? 'not available'], ['made by root', host.isRoot ? 'yes' : 'no: root may see more'],
  ], style);
}

function deviceText(state: DeviceState, style: Style): string {
  const { device, plugin, identity, changed, settings, reporters, disagreements = [], dump, problems } = state;
  const known = identity.filter(({ name }) => name !== 'serial' && name !== 'firmware');
  const head = pairs([
    ['names', device.names.length === 0 ? undefined : device.names.join(' ')], ['pci id', device.pci], ['driver', device.driver],
    ['plugin', plugin === undefined ? 'none' : `${plugin.name} ${plugin.version ?? ''}`.trimEnd()],
    ['firmware', identityValue(identity, 'firmware')], ['serial', serialOf(state)], ...known.map(({ name, value }) => [name, value] as const),
    ['settings', settings.length === 0 ? undefined : `${settings.length} of the driver`],
    ['dump', dump === undefined ? style.warning('none') : `${dump.lengthBytes} bytes, in the JSON form of this report`],
  ], style);
  const title = [device.address, [device.vendor, device.product].filter((part) => part !== undefined).join(' ')].filter((part) => part !== '').join(', ');
  const parts = [
    changed.length === 0 ? '' : `${style.heading('not as delivered')}\n${changedTable(changed, style)}`,
    disagreements.length === 0 ? '' : `${style.heading('device and kernel disagree')}\n${table(disagreements, [{ heading: 'NAME', cell: ({ name }) => name }, { heading: 'DEVICE', cell: (each) => each.device }, { heading: 'KERNEL', cell: (each) => each.kernel }, { heading: 'SET BY', cell: ({ command }) => command }], style)}`,
    reporters.length === 0 ? '' : `${style.heading('health')}\n${table(reporters, [
      { heading: 'REPORTER', cell: ({ name, port }) => (port === undefined ? name : `${name} of port ${port}`) }, { heading: 'STATE', cell: ({ state: health }) => health, paint: ({ state: health }, text) => (health === 'healthy' ? text : style.bad(text)) },
      { heading: 'ERRORS', cell: ({ errors }) => String(errors ?? '-'), align: 'right' }, { heading: 'RECOVERIES', cell: ({ recoveries }) => String(recoveries ?? '-'), align: 'right' }, { heading: 'DUMPED', cell: ({ dumped }) => dumped ?? '' },
    ], style)}`,
    problemsText('not read', problems, style),
  ];
  return `${style.heading(printable(title))}\n${indented([head, ...parts].filter((part) => part !== '').join(''))}`;
}

function tracesText({ traces }: Report, style: Style): string {
  if (traces.length === 0) return '';
  return `${style.heading('traces of other tools')}\n${traces.map(({ what, where, means }) => `  ${printable(what)} (${printable(where)})\n    ${style.dim(means)}\n`).join('')}`;
}

function problemsText(title: string, problems: DeviceState['problems'], style: Style): string {
  if (problems.length === 0) return '';
  return `${style.heading(title)}\n${problems.map(({ what, message, remedy }) => `  ${printable(what)}: ${printable(message)}\n${remedy === undefined ? '' : `    ${style.dim(printable(remedy))}\n`}`).join('')}`;
}

function closing({ devices }: Report): string {
  const count = devices.reduce((sum, { changed }) => sum + changed.length, 0);
  const missing = devices.filter(({ dump }) => dump === undefined).length;
  return `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}, ${count} ${count === 1 ? 'setting' : 'settings'} not as delivered${missing === 0 ? '' : `, ${missing} without a dump`}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

import { decodeEntry, type Dump, identityValue, leavesOf, serialOf, unpackDump } from '@auxctl/core';
import type { DeviceState, DumpEntry, Report, ReportedProblem } from '@auxctl/schemas';
import { subjectText } from '../dumps/subject.js';
import { html, type Markup } from './markup.js';
import { SCRIPT, STYLE } from './page.js';

type Row = readonly (string | undefined)[];

/** A report as one page that needs nothing else: no file, no network. */
export async function reportPage(report: Report): Promise<string> {
  const { host, created, tool, traces, problems, redaction } = report;
  const devices: Markup[] = [];
  for (const [at, state] of report.devices.entries()) devices.push(await deviceSection(state, at));
  const facts: Row[] = [
    ['host', host.name], ['kernel', host.kernel], ['command line', host.commandLine], ['taint', host.taint === undefined ? 'not known' : `${host.taint} ${host.taintReasons.join('; ')}`],
    ['mutating debug commands through fwctl', host.isFwctlTainted ? 'yes, since the kernel started' : 'no'], ['lockdown', host.lockdown ?? 'not available'], ['made by root', host.isRoot ? 'yes' : 'no: root may see more'],
    ['what tells devices apart', redaction === undefined ? 'shown' : `left out, key ${redaction.key}`],
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>auxctl report: ${host.name}</title>${STYLE}</head><body>
<header><h1>${host.name}</h1><p>${created}, by auxctl ${tool}</p></header>
<main>
${table([], facts, 'facts')}
<h2>Devices</h2>
${table(['Address', 'Product', 'Firmware', 'Serial', 'Not as delivered', 'Dump'], report.devices.map(summaryRow), 'devices')}
${devices}
${traces.length === 0 ? undefined : html`<h2>Traces of other tools</h2>${table(['What', 'Where', 'Meaning'], traces.map(({ what, where, means }) => [what, where, means]))}`}
${problemSection('Not found', problems)}
</main>${SCRIPT}</body></html>
`.text;
}

function summaryRow(state: DeviceState): Row {
  return [state.device.address, state.device.product, identityValue(state.identity, 'firmware'), serialOf(state), String(state.changed.length), state.dump === undefined ? 'none' : 'yes'];
}

async function deviceSection(state: DeviceState, at: number): Promise<Markup> {
  const { device, plugin, identity, changed, settings, reporters, problems, disagreements = [] } = state;
  const facts: Row[] = [['names', device.names.join(' ')], ['pci id', device.pci], ['driver', device.driver], ['plugin', plugin?.name], ...identity.map(({ name, value }): Row => [name, value])];
  return html`<section id="device-${at}"><h2>${device.address} <small>${device.vendor} ${device.product}</small></h2>
${table([], facts.filter(([, value]) => value !== undefined && value !== ''), 'facts')}
${changed.length === 0 ? html`<p>Everything is as delivered, as far as the device tells.</p>` : html`<h3>Not as delivered</h3>${table(['Kind', 'Name', 'Delivered', 'Current', 'Next boot', 'Meaning'], changed.map((each) => [each.kind, each.name, each.default, each.current, each.next, each.title]), 'changed')}`}
${disagreements.length === 0 ? undefined : html`<h3>Device and kernel disagree</h3>${table(['Name', 'Device', 'Kernel', 'Set by'], disagreements.map((each) => [each.name, each.device, each.kernel, each.command]))}`}
${settings.length === 0 ? undefined : html`<h3>Parameters of the driver</h3>${table(['Name', 'Mode', 'Value', 'Delivered'], settings.map((each) => [each.name, each.mode, each.value, each.default]))}`}
${reporters.length === 0 ? undefined : html`<h3>Health</h3>${table(['Reporter', 'State', 'Errors', 'Recoveries', 'Dumped'], reporters.map(({ name, state: health, errors, recoveries, dumped }) => [name, health, errors?.toString(), recoveries?.toString(), dumped]))}`}
${problemSection('Not read', problems)}
${state.dump === undefined ? undefined : await dumpSection(await unpackDump(state.dump, device.address))}</section>
`;
}

function problemSection(title: string, problems: readonly ReportedProblem[]): Markup | undefined {
  return problems.length === 0 ? undefined : html`<h3>${title}</h3>${table(['What', 'Why', 'What helps'], problems.map(({ what, message, remedy }) => [what, message, remedy]))}`;
}

async function dumpSection(dump: Dump): Promise<Markup> {
  const entries: Markup[] = [];
  for (const entry of dump.entries) entries.push(await entrySection(entry, dump));
  return html`<h3>Dump</h3><p><input type="search" class="filter" placeholder="Filter by name" aria-label="Filter by name"> <span>${dump.entries.length} entries</span></p><div class="dump">${entries}</div>`;
}

async function entrySection(entry: DumpEntry, dump: Dump): Promise<Markup> {
  const name = subjectText(entry.subject);
  if ('failure' in entry) return html`<details data-name="${name.toLowerCase()}"><summary>${name} <em>not read</em></summary><p>${entry.failure.message}</p></details>`;
  const decoded = await decodeEntry(entry, dump.layouts).catch(() => undefined);
  if (decoded === undefined) return html`<details data-name="${name.toLowerCase()}"><summary>${name}</summary><pre>${entry.bytes}</pre></details>`;
  const rows = [...leavesOf(decoded.codec, decoded.raw).values()].filter(({ value, path }) => !/^0*$/.test(value) || !path.includes('reserved')).map(({ path, text, description }): Row => [path, text, description]);
  return html`<details data-name="${name.toLowerCase()}"><summary>${name}</summary>${table(['Field', 'Value', 'Meaning'], rows)}</details>`;
}

function table(headings: readonly string[], rows: readonly Row[], name = ''): Markup {
  const head = headings.length === 0 ? undefined : html`<thead><tr>${headings.map((heading) => html`<th>${heading}</th>`)}</tr></thead>`;
  return html`<table class="${name}">${head}<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}

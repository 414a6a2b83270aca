import { join } from 'node:path';
import { AuxctlError, LayoutStore, objectsOf, openChannel, resolveDevice, scanDevices, type DeviceChannel, type FieldInput, type Transport } from '@auxctl/core';
import { loadNative } from '@auxctl/native';
import { integerValue, manifestSchema, SCOPES, type Scope } from '@auxctl/schemas';
import manifest from '../../../vendors/bnxt/manifest.json' with { type: 'json' };
import { FirmwareModel } from '../../../vendors/bnxt/sim/firmware/model.js';
import { PROFILES } from '../../../vendors/bnxt/sim/profiles/index.js';
import { plugin } from '../../../vendors/bnxt/src/index.js';

/** The checkout's top folder, as the bundler knows it. */
declare const VENDORS: string;
declare const ADDON: string;

const layouts = new LayoutStore(join(VENDORS, 'bnxt/layouts'));
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath: join(VENDORS, 'bnxt/layouts'), load: () => Promise.resolve(plugin) };
const native = () => Promise.resolve(loadNative({ addonPath: ADDON }));

/** Moments, in milliseconds since power-on, that tell what changes with time from what does not. */
const MOMENTS_MS = [7_000, 67_031, 3_661_117];
/** The scopes that leave the kernel clean. */
const CLEAN_SCOPES: readonly Scope[] = SCOPES.slice(0, 2);
/** Objects that must be named. */
const KEYS: Readonly<Record<string, FieldInput>> = {
  MDIO_REGISTER: { phy_addr: 1, reg_addr: 2 }, RING_INFO: { ring_type: 0, fw_ring_id: 1 }, VNIC_RSS: { rss_ctx_idx: 0, vnic_id: 0 },
};

/** One object as it came over the kernel's node: its bytes in hexadecimal, or the code of the error; and what the layout does not account for. */
export interface BnxtReading {
  readonly name: string;
  readonly outcome: string;
  readonly anomalies: number;
}

async function withChannel<T>(name: string, work: (channel: DeviceChannel) => Promise<T>): Promise<T> {
  await using channel = await openChannel(resolveDevice(await scanDevices({ wants: () => true }), name), entry, { native, timeoutMs: 10_000 });
  return await work(channel);
}

/** Reads one object of each kind, in one process. */
export async function readBnxtObjects(name: string): Promise<BnxtReading[]> {
  return withChannel(name, async (channel) => {
    const readings: BnxtReading[] = [];
    for (const { name: object } of await objectsOf(layouts)) {
      readings.push(await channel.objects.read(object, KEYS[object] ?? {}).then(
        (decoded) => ({ name: object, outcome: Buffer.from(decoded.raw).toString('hex'), anomalies: decoded.anomalies.filter((anomaly) => anomaly.type !== 'unknown-symbol' || anomaly.value !== 0n).length }),
        (error: unknown) => ({ name: object, outcome: codeOf(error), anomalies: 0 }),
      ));
    }
    return readings;
  });
}

/** What firmware that was just switched on says to requests (hexadecimal), all in their order, and which bytes stay the same as time goes by. */
export function bnxtReplies(profile: string, index: number, requests: readonly string[]): { readonly reply: string; readonly isSteady: readonly boolean[] }[] {
  const found = PROFILES.get(profile);
  if (found === undefined) throw new TypeError(`no profile ${profile}`);
  const moments = MOMENTS_MS.map((moment) => {
    let nowMs = 0;
    const model = new FirmwareModel({ profile: found, index, now: () => nowMs });
    nowMs = moment;
    return requests.map((request) => model.execute(Buffer.from(request, 'hex')) ?? new Uint8Array());
  });
  return requests.map((_, at) => {
    const [first = new Uint8Array(), ...others] = moments.map((all) => all[at] ?? new Uint8Array());
    return { reply: Buffer.from(first).toString('hex'), isSteady: [...first].map((byte, place) => others.every((other) => other[place] === byte)) };
  });
}

/**
 * Sends every opcode that the plugin's table names, at each scope that leaves the kernel clean, past all checks of ours: those that the kernel
 * passes and refuses otherwise than the table says.
 */
export async function filterAgainstTable(name: string): Promise<{ readonly passed: number; readonly refused: number; readonly faults: readonly string[] }> {
  const { opcodes, refused = [] } = await layouts.opcodes();
  const rows = [
    ...opcodes.map(({ opcode, name: command, scope }) => ({ opcode, command, least: SCOPES.indexOf(scope) })),
    ...refused.flatMap(({ commands }) => commands).map(({ opcode, name: command }) => ({ opcode, command, least: SCOPES.length })),
  ];
  const tally = { passed: 0, refused: 0 };
  const faults: string[] = [];
  const device = resolveDevice(await scanDevices({ wants: () => true }), name);
  const configSpace = () => Promise.reject(new TypeError('not needed'));
  await using transport = await plugin.open(device, { native, wait: { timeoutMs: 10_000 }, layouts, configSpace, root: '/' });
  for (const { opcode, command, least } of rows) {
    for (const [at, scope] of CLEAN_SCOPES.entries()) {
      const code = await sentCode(transport, Number(integerValue(opcode)), scope);
      if (code !== (at < least ? 'ERR_KERNEL_REFUSED' : '')) faults.push(`${command} at ${scope}: ${code === '' ? 'passed' : code}`);
      tally[code === '' ? 'passed' : 'refused'] += 1;
    }
  }
  return { ...tally, faults };
}

async function sentCode(transport: Transport, opcode: number, scope: Scope): Promise<string> {
  const request = Buffer.alloc(32);
  request.writeUInt16LE(opcode, 0);
  request.writeUInt16LE(0xffff, 2);
  request.writeUInt16LE(0xffff, 6);
  return transport.rpc({ request: new Uint8Array(request), replyLengthBytes: 16, scope }).then(() => '', codeOf);
}

function codeOf(error: unknown): string {
  if (error instanceof AuxctlError) return error.code;
  throw error;
}

// What the bench in the lab's guest uses of the library.
import { DumpWriter, openChannel, LayoutStore, openFwctl as open, type Device, type PluginEntry, type Transport } from '@auxctl/core';
import { loadNative } from '@auxctl/native';
import { SCOPES } from '@auxctl/schemas/model';
import { manifestSchema, type DumpEntry } from '@auxctl/schemas';
import manifest from '../../../vendors/mlx5/manifest.json' with { type: 'json' };
import { plugin } from '../../../vendors/mlx5/src/index.js';
import { planDump } from '../../../core/src/dump/plan.js';
import { readAll } from '../../../core/src/dump/take.js';

/** Set by whoever bundles this. */
declare const ADDON_PATH: string;
declare const LAYOUTS_PATH: string;

const native = async () => Promise.resolve(loadNative({ addonPath: ADDON_PATH }));

/** The fwctl transport alone. */
export const openFwctl = async (options: Omit<Parameters<typeof open>[0], 'native'>): Promise<Transport> => open({ ...options, native });

/** A dump in its parts, to be measured. */
export async function openDump(node: string) {
  const device: Device = { address: 'bench', bus: 'auxiliary', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, node, aliases: ['fwctl:1'] };
  const entry: PluginEntry = { manifest: manifestSchema.parse(manifest), layoutsPath: LAYOUTS_PATH, load: async () => Promise.resolve(plugin) };
  const layouts = new LayoutStore(LAYOUTS_PATH, { isTrusted: true });
  const channel = await openChannel(device, entry, { native, layouts });
  const plan = async () => planDump({ channel, layouts, plugin }, {});
  const readings = await plan();
  return {
    plan,
    /** Each request as the C program takes it: scope, length, room, bytes. */
    requests: Buffer.concat(readings.flatMap((reading) => ('call' in reading ? [reading.call.request] : [])).flatMap(({ request, replyLengthBytes, scope }) => [Buffer.from(Uint32Array.of(SCOPES.indexOf(scope), request.length, replyLengthBytes).buffer), request])),
    count: readings.filter((reading) => 'call' in reading).length,
    read: async (): Promise<DumpEntry[]> => {
      const entries: DumpEntry[] = [];
      for await (const some of readAll({ channel }, readings, {})) entries.push(...some);
      return entries;
    },
    write: async (): Promise<number> => {
      let length = 0;
      await channel.dump(new DumpWriter((text) => { length += text.length; }), { host: { tool: '0.0.0' } });
      return length;
    },
    close: async () => channel.close(),
  };
}

import { UsageError } from '@auxctl/core';
import { parseByteCount } from '../arguments/byte-count.js';
import { readInput } from '../arguments/input-file.js';
import { report, type CommandModule, type Context, type Report } from '../command.js';
import { openOffline, rehearse } from '../offline.js';
import { openDevice } from '../open.js';
import { requireOutputFile, writeFileAtomically } from '../output/atomic-file.js';
import { hexDump } from '../output/hex.js';
import { announceFiner, confirm, readPermissions, requirePermission } from '../permission.js';
import type { RpcDocument } from '../schemas/values.js';

/** What fwctl itself accepts (`drivers/fwctl/main.c`). */
const MOST_BYTES = 2 * 1024 * 1024;
const DEFAULT_REPLY_BYTES = 4096;

/** `auxctl rpc` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const input = invocation.maybe('in');
  if (input === undefined) throw new UsageError('ERR_USAGE', 'rpc needs --in: the file that holds the request', { hint: '--in - reads it from standard input.' });
  const size = invocation.maybe('out-size');
  const replyLengthBytes = size === undefined ? DEFAULT_REPLY_BYTES : parseByteCount('--out-size', size, MOST_BYTES);
  const out = invocation.maybe('out');
  if (out !== undefined && out !== '-') requireOutputFile(out);
  const request = await readInput(input, MOST_BYTES, context.signal);
  const permissions = readPermissions(invocation);

  const offline = await openOffline(found);
  const { command } = await offline.plan(request);
  const rehearsal = await rehearse(permissions.allow, (options) => offline.rpc(request, { replyLengthBytes, ...permissions, ...options }));
  const undertaking = { found, command, ...rehearsal };
  await requirePermission(undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') await confirm(`Send ${command} to ${found.device.address}?`, undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const plan = await channel.plan(request);
  const finer = { effect: plan.effect, scope: permissions.scope ?? plan.leastScope };
  announceFiner(undertaking, finer, context);
  const reply = await channel.rpc(request, { replyLengthBytes, ...permissions });
  const document = { schema: 'auxctl.rpc/1', device: found.device.address, command, effect: finer.effect, scope: finer.scope ?? null, replyLengthBytes: reply.length } as const;
  return deliver(reply, document, out, context);
};

/** The reply goes to a file, into the document, as bytes into a pipe, or as a dump to a terminal. */
function deliver(reply: Uint8Array, document: Omit<RpcDocument, 'file' | 'reply'>, file: string | undefined, { options, terminal }: Context): Report | undefined {
  if (file !== undefined && file !== '-') {
    writeFileAtomically(file, reply);
    return report<RpcDocument>({ ...document, file, reply: null }, () => '');
  }
  if (options.json || terminal.isOutputTerminal) return report<RpcDocument>({ ...document, file: null, reply: Buffer.from(reply).toString('hex') }, () => hexDump(reply));
  terminal.data(reply);
  return undefined;
}

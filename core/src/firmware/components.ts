import { askAll } from '../channel/ask.js';
import type { DeviceChannel } from '../channel/channel.js';
import type { CallOptions } from '../channel/types.js';
import { FirmwareError, ReplyError } from '../errors/classes.js';
import type { ComponentDetails, ComponentStatus, FirmwareAccess } from '../plugin/firmware.js';
import type { Component } from './types.js';

/** More components than any device has. */
const MOST_COMPONENTS = 256;
/** Asked for at once: most devices have fewer. */
const HOP_COMPONENTS = 16;

/** The components of a device: their states in one hop or a few, then all that they say of themselves in one. */
export async function readComponents(channel: DeviceChannel, access: FirmwareAccess, options: CallOptions): Promise<Component[]> {
  const listed = (await listComponents(channel, access, options)).filter(({ isSupported }) => isSupported);
  const questions = listed.flatMap(({ index }) => access.details(index).map((question) => ({ index, question })));
  const answers = await askAll(channel, questions.map(({ question }) => question), options);
  const details = new Map<number, ComponentDetails>();
  for (const [at, { index }] of questions.entries()) {
    const answer = answers[at];
    if (answer?.ok === true) details.set(index, { ...details.get(index), ...answer.value });
    else if (answer !== undefined && !(answer.error instanceof FirmwareError)) throw answer.error;
  }
  return listed.map((status) => ({ ...status, details: details.get(status.index) ?? {} }));
}

/** Up to the one that says that it is the last, or that the device refuses. */
async function listComponents(channel: DeviceChannel, access: FirmwareAccess, options: CallOptions): Promise<ComponentStatus[]> {
  const found: ComponentStatus[] = [];
  for (let first = 0; first < MOST_COMPONENTS; first += HOP_COMPONENTS) {
    const answers = await askAll(channel, Array.from({ length: HOP_COMPONENTS }, (_, at) => access.component(first + at)), options);
    for (const answer of answers) {
      if (!answer.ok && found.length > 0 && answer.error instanceof FirmwareError) return found;
      if (!answer.ok) throw answer.error;
      found.push(answer.value);
      if (answer.value.isLast) return found;
    }
  }
  throw new ReplyError('ERR_REPLY', `the list of components does not end after ${MOST_COMPONENTS}`, { device: channel.device.address });
}

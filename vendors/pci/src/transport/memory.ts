import { integerField, openKernelFile, parseVpd, type Fields, type NativeSource, type Remaining } from '@auxctl/core';
import { notShown, type Answer } from './answer.js';
import { propertyReply } from './properties.js';

const WORD_BYTES = 4;
const MAX_READ_BYTES = 4096;
const BARS = 6;
/** The whole address space of vital product data. */
const MAX_VPD_BYTES = 32_768;

/** What these requests need to know of a function. */
export interface FunctionFiles {
  readonly native: NativeSource;
  /** The function's directory in sysfs. */
  readonly folder: string;
  readonly device: string;
}

/** Reads registers of the device, word by word, within one of its base addresses. */
export async function readBar({ native, folder, device }: FunctionFiles, request: Fields, wait: Remaining): Promise<Answer> {
  const [bar, offset, length] = [integerField(request, 'bar'), integerField(request, 'offset_bytes'), integerField(request, 'length_bytes')];
  if (bar >= BARS || length === 0n || length > MAX_READ_BYTES || Number(length) % WORD_BYTES !== 0 || offset % BigInt(WORD_BYTES) !== 0n) return 'BAD_REQUEST';
  await using file = await openKernelFile({ native, device, path: `${folder}/resource${bar}`, ...wait() });
  if (file === undefined) return 'NOT_THERE';
  if (offset + length > BigInt(await file.sizeBytes(wait()))) return 'OUT_OF_RANGE';
  if (await isPorts(folder, Number(bar), native, device, wait)) return 'NOT_SUPPORTED';
  try {
    return { data: await file.readWords(Number(offset), Number(length), wait()) };
  } catch (error) {
    throw explained(error, Number(bar), device);
  }
}

/** A line of 'resource' a base address: start, end, flags (`include/linux/ioport.h`, IORESOURCE_IO). Ports of I/O are not mapped. */
const PORTS = 0x100;
const MAX_TEXT_BYTES = 4096;

async function isPorts(folder: string, bar: number, native: NativeSource, device: string, wait: Remaining): Promise<boolean> {
  await using file = await openKernelFile({ native, device, path: `${folder}/resource`, ...wait() });
  const lines = Buffer.from(await file?.read(0, MAX_TEXT_BYTES, wait()) ?? []).toString('latin1').split('\n');
  return Math.floor(Number(lines[bar]?.split(' ')[2]) / PORTS) % 2 === 1;
}

/** A mapping is refused for other reasons than a file that cannot be opened. */
function explained(error: unknown, bar: number, device: string): unknown {
  const code = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (code === 'EPERM') return notShown(`the kernel is locked down: nobody may map base address ${bar}`, 'EPERM', { device, cause: error, hint: 'Where the kernel is locked down, only the driver reaches the device\'s registers: ask it with GET_REGISTERS.' });
  if (code === 'EINVAL') return notShown(`the driver has base address ${bar} to itself`, 'EINVAL', { device, cause: error, hint: 'Unbind the driver, or boot with iomem=relaxed.' });
  return error;
}

/** The vital product data, each keyword as SECTION.KEYWORD. */
export async function readVpd({ native, folder, device }: FunctionFiles, request: Fields, wait: Remaining): Promise<Answer> {
  await using file = await openKernelFile({ native, device, path: `${folder}/vpd`, ...wait() });
  if (file === undefined) return 'NOT_THERE';
  return propertyReply(parseVpd(await file.read(0, MAX_VPD_BYTES, wait())).map(({ name, value }) => [name, value]), request);
}

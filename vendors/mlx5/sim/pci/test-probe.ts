import { createFirmware } from '../firmware/model.js';
import type { FirmwareModel } from '../firmware/types.js';
import { bitsAt, dwordAt, putQuad } from '../wire.js';
import { UARS } from './bar0.js';
import { ConnectxFunction } from './pci-function.js';
import { request, TestDriver, type TestEventQueue } from './test-driver.js';

/** A device plugged into a driver, and the clock that both live by. */
export interface Bench {
  readonly driver: TestDriver;
  readonly model: FirmwareModel;
  readonly device: ConnectxFunction;
  /** Names of the commands that the firmware received. */
  readonly log: string[];
  /** Milliseconds; the test advances it. */
  readonly clock: { nowMs: number };
}

/** What a driver has after a probe. */
export interface Probed {
  readonly uar: number;
  readonly commands: TestEventQueue;
  readonly async: TestEventQueue;
  readonly pages: TestEventQueue;
}

/** A device that has been powered on; its command queue is known to it. */
export function bench(profile = 'connectx-6-dx'): Bench {
  const clock = { nowMs: 1000 };
  const log: string[] = [];
  const model = createFirmware({ index: 0, profile, uars: UARS, now: () => clock.nowMs, onCommand: ({ command }) => log.push(command) });
  const driver = new TestDriver();
  const device = new ConnectxFunction(model, driver.schedule);
  driver.attach(device);
  driver.start();
  return { driver, model, device, log, clock };
}

/** Sends one command and returns its reply; throws unless it was delivered and its status is 0. */
export function succeed(driver: TestDriver, bytes: Uint8Array, replyLengthBytes: number, slot = 0): Uint8Array {
  const { isDone, delivery, reply } = driver.command({ request: bytes, replyLengthBytes, slot, spareBlocks: 1 });
  const status = bitsAt(reply, 0x0, 31, 24);
  if (!isDone || delivery !== 0 || status !== 0) {
    throw new TypeError(`command 0x${bitsAt(bytes, 0, 31, 16).toString(16)}: done ${String(isDone)}, delivery ${String(delivery)}, status ${String(status)}, syndrome 0x${dwordAt(reply, 4).toString(16)}`);
  }
  return reply;
}

/** Gives the firmware as many pages as it wants for a stage, through the slot that drivers reserve for it. Returns their number. */
export function givePages(driver: TestDriver, stage: number): number {
  const count = dwordAt(succeed(driver, request(0x107, 16, stage), 16), 0xc);
  if (count > 0) give(driver, count);
  return count;
}

/** Gives `count` pages. */
export function give(driver: TestDriver, count: number): void {
  const bytes = request(0x108, 16 + 8 * count, 1, { 0xc: count });
  for (let index = 0; index < count; index += 1) putQuad(bytes, 16 + 8 * index, driver.nextGift());
  succeed(driver, bytes, 16, 31);
}

/** The shortest sequence by which a driver brings the function up; every command is the one that the kernel sends. */
export function probe({ driver }: Pick<Bench, 'driver'>): Probed {
  succeed(driver, request(0x104), 12);
  const interfaceSteps = driver.command({ request: request(0x10a), replyLengthBytes: 112 }).reply;
  if (bitsAt(interfaceSteps, 0, 31, 24) === 0) succeed(driver, request(0x10b, 16, 0, { 8: 1 }), 16);
  givePages(driver, 1);
  succeed(driver, request(0x805, 32, 0, { 8: 0x7004 }), 32);
  const current = succeed(driver, request(0x100, 16, 1), 4112);
  succeed(driver, request(0x100, 16, 0), 4112);
  const set = request(0x109, 4112);
  set.set(current.subarray(16), 16);
  succeed(driver, set, 16);
  givePages(driver, 2);
  succeed(driver, request(0x102, 32), 16);
  succeed(driver, request(0x100, 16, 1), 4112);
  succeed(driver, request(0x101), 272);
  const uar = bitsAt(succeed(driver, request(0x802), 16), 8, 23, 0);
  const commands = driver.createEventQueue(uar, 0x400n);
  const async = driver.createEventQueue(uar, 0x1f02ben, 13);
  const pages = driver.createEventQueue(uar, 0x800n);
  return { uar, commands, async, pages };
}

/** Takes the function down again; returns the number of pages that came back. */
export function remove({ driver }: Pick<Bench, 'driver'>, { pages, async, commands, uar }: Probed): number {
  for (const queue of [pages, async, commands]) succeed(driver, request(0x302, 16, 0, { 8: queue.number }), 16);
  succeed(driver, request(0x803, 16, 0, { 8: uar }), 16);
  succeed(driver, request(0x103), 16);
  let returned = 0;
  for (let count = -1; count !== 0; returned += count) {
    count = dwordAt(succeed(driver, request(0x108, 16, 2, { 0xc: 768 }), 16 + 8 * 768, 31), 8);
  }
  succeed(driver, request(0x105), 12);
  return returned;
}

import { describe, expect, it } from 'vitest';
import { dwordAt, quadAt } from '../wire.js';
import { request } from './test-driver.js';
import { bench, give, probe, remove, succeed } from './test-probe.js';

describe('a driver that brings the function up', () => {
  it('needs no more than 15 commands with the least of devices', () => {
    const parts = bench('minimal');
    probe(parts);
    expect(parts.model.lifeCycle).toBe('operational');
    expect(parts.log).toEqual([
      'ENABLE_HCA', 'QUERY_ISSI', 'QUERY_PAGES', 'ACCESS_REG', 'QUERY_HCA_CAP', 'QUERY_HCA_CAP', 'SET_HCA_CAP',
      'QUERY_PAGES', 'INIT_HCA', 'QUERY_HCA_CAP', 'QUERY_ADAPTER', 'ALLOC_UAR', 'CREATE_EQ', 'CREATE_EQ', 'CREATE_EQ',
    ]);
  });

  it('gets every reply, pages and event queues included, and a running function', () => {
    const parts = bench();
    const { uar, commands, async, pages } = probe(parts);
    expect(parts.model.lifeCycle).toBe('operational');
    expect(parts.log).toEqual([
      'ENABLE_HCA', 'QUERY_ISSI', 'SET_ISSI', 'QUERY_PAGES', 'MANAGE_PAGES', 'ACCESS_REG', 'QUERY_HCA_CAP', 'QUERY_HCA_CAP', 'SET_HCA_CAP',
      'QUERY_PAGES', 'MANAGE_PAGES', 'INIT_HCA', 'QUERY_HCA_CAP', 'QUERY_ADAPTER', 'ALLOC_UAR', 'CREATE_EQ', 'CREATE_EQ', 'CREATE_EQ',
    ]);
    expect(parts.model.pages.held).toBeGreaterThan(0);
    expect(uar).toBeGreaterThanOrEqual(4);
    expect(new Set([commands.number, async.number, pages.number]).size).toBe(3);
  });

  it('gets all its pages back when it takes the function down, and can bring it up again', () => {
    const parts = bench();
    for (let round = 0; round < 3; round += 1) {
      const probed = probe(parts);
      const { held } = parts.model.pages;
      expect(remove(parts, probed)).toBe(held);
      expect([parts.model.lifeCycle, parts.model.pages.held, parts.model.eventQueues.size, parts.model.uars.size]).toEqual(['disabled', 0, 0, 0]);
      parts.driver.start();
    }
  });

  it('finds a fresh function after a reset, and the old queues dead', () => {
    const parts = bench();
    const { async } = probe(parts);
    parts.device.reset();
    parts.driver.interrupts.length = 0;
    expect([parts.model.lifeCycle, parts.driver.read32(0x10), parts.driver.read32(0x14)]).toEqual(['disabled', 0, 0x56]);
    async.arm(5);
    parts.driver.enqueue({ request: request(0x104), replyLengthBytes: 12 });
    parts.driver.write32(0x18, 1);
    parts.driver.settle();
    expect([parts.driver.completion(0).isDone, parts.driver.interrupts]).toEqual([false, []]);
    parts.driver.start();
    probe(parts);
    expect(parts.model.lifeCycle).toBe('operational');
  });
});

describe('a driver in event mode', () => {
  it('hears of commands by event, but not of the one that made the command queue', () => {
    const parts = bench();
    const { commands } = probe(parts);
    const seen = commands.take();
    expect(seen.map(({ type, data }) => [type, dwordAt(data, 0)])).toEqual([[0xa, 1], [0xa, 1]]);
    succeed(parts.driver, request(0x101), 272, 7);
    expect(commands.take().map(({ data }) => dwordAt(data, 0))).toEqual([0x80]);
  });

  it('polls again once the command queue is destroyed', () => {
    const parts = bench();
    const { commands } = probe(parts);
    commands.take();
    succeed(parts.driver, request(0x302, 16, 0, { 8: commands.number }), 16);
    succeed(parts.driver, request(0x101), 272);
    expect(commands.take()).toEqual([]);
  });

  it('is asked for pages and for their return by event', () => {
    const parts = bench();
    const { pages } = probe(parts);
    const { held } = parts.model.pages;
    expect(parts.model.controls.requestPages(5)).toBe(true);
    const [wanted] = pages.take();
    expect([wanted?.type, dwordAt(wanted?.data ?? new Uint8Array(0), 4)]).toEqual([0xb, 5]);
    give(parts.driver, 5);
    expect(parts.model.pages.held).toBe(held + 5);
    parts.model.controls.requestPages(-3);
    expect(pages.take().map(({ data }) => dwordAt(data, 4) | 0)).toEqual([-3]);
    const taken = succeed(parts.driver, request(0x108, 16, 2, { 0xc: 3 }), 16 + 24, 31);
    expect([dwordAt(taken, 8), quadAt(taken, 16) % 4096n, parts.model.pages.held]).toEqual([3, 0n, held + 2]);
  });

  it('hears of port changes on the queue that asked for them', () => {
    const parts = bench();
    const { async, commands } = probe(parts);
    commands.take();
    async.take();
    parts.model.controls.setLinkPartner(false);
    expect(async.take().map(({ type, subType }) => [type, subType])).toEqual([[0x09, 1]]);
    expect(commands.take()).toEqual([]);
  });
});

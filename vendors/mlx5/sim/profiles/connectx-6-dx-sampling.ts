import type { SamplingProfile } from '../firmware/sampling.js';

/** Clocks that pass in so many milliseconds of traffic: PCIe waits now and then. */
const stalls = (everyMs: number, clocks: number): SamplingProfile['counters'][number]['counter'] => ({ carriedMs }) => Math.floor((carriedMs / everyMs) * clocks);

/** Counters of the PCIe side, of the two pipes, and of the line. */
export const CONNECTX_6_DX_SAMPLING: SamplingProfile = {
  logMaxSamples: 14,
  logMinPeriod: 10,
  counters: [
    { id: 0x0401, isSynchronizable: true, counter: stalls(40, 3_700) },
    { id: 0x0402, isSynchronizable: true, counter: stalls(25, 9_100) },
    { id: 0x0403, isSynchronizable: true, counter: stalls(30, 6_300) },
    { id: 0x0406, isSynchronizable: true, counter: ({ traffic }) => Math.floor(traffic.sent.octets / 128) },
    { id: 0x0409, isSynchronizable: true, counter: stalls(900, 1_500) },
    { id: 0x040a, isSynchronizable: true, counter: stalls(700, 2_900) },
    { id: 0x040b, isSynchronizable: true, counter: stalls(110, 4_700) },
    { id: 0x1001, isSynchronizable: true, counter: ({ traffic }) => traffic.received.frames },
    { id: 0x2001, isSynchronizable: true, counter: stalls(2_300, 800) },
    { id: 0x2006, isSynchronizable: true, counter: ({ traffic }) => traffic.sent.frames },
    { id: 0x2c02, isSynchronizable: true, counter: ({ traffic }) => traffic.sent.octets },
    { id: 0x2c03, isSynchronizable: true, counter: () => 0 },
    { id: 0x2c04, isSynchronizable: false, counter: ({ traffic }) => traffic.sent.multicastOctets },
  ],
};

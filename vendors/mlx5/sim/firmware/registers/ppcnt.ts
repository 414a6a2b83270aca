import { REFUSAL } from '../refusal.js';
import { bitsAt, dword } from '../../wire.js';
import { counterRegister } from './counter-register.js';
import { ETHERNET_GROUPS, INFINIBAND_GROUPS } from './ppcnt-groups.js';
import { echoPort, refusePort } from './select.js';

const PRIORITIES = 8;

/** Port counters, by group. */
export const PPCNT = counterRegister({
  id: 0x5008,
  name: 'PPCNT',
  select: (state, data) => {
    const number = bitsAt(data, 0x0, 5, 0);
    const prioTc = bitsAt(data, 0x4, 4, 0);
    const group = (state.port.profile.protocol === 'ethernet' ? ETHERNET_GROUPS : INFINIBAND_GROUPS)[number];
    if (group === undefined) return REFUSAL.counterGroup;
    if (group.isIndexed && prioTc >= PRIORITIES) return REFUSAL.counterIndex;
    const index = group.isIndexed ? prioTc : 0;
    return refusePort(data) ?? { group, key: `PPCNT/${number}/${index}`, index };
  },
  echo: (data, { index }, out) => {
    echoPort(out);
    dword(out, 0x0, [5, 0, bitsAt(data, 0x0, 5, 0)]);
    dword(out, 0x4, [4, 0, index]);
  },
});

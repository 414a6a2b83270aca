import type { Register } from '../register.js';
import { MCAM, PCAM } from './access-maps.js';
import { COMPONENT_REGISTERS } from './components.js';
import { MGIR, MPEIN } from './management.js';
import { MCIA } from './module.js';
import { NVCONFIG_REGISTERS } from './nvconfig.js';
import { HOST_ENDIANNESS, NODE_DESC } from './node.js';
import { PAOS, PMLP } from './port.js';
import { PPCNT } from './ppcnt.js';
import { PTYS } from './ptys.js';
import { RESET_REGISTERS } from './reset.js';
import { MTCAP, MTMP } from './temperature.js';
import { DTOR, MRTC, MTUTC } from './time.js';

/** Every register that the simulator knows, by ascending id. A profile has all of them or some. */
export const REGISTERS: readonly Register[] = [
  PMLP, PTYS, PAOS, PPCNT, PCAM,
  NODE_DESC,
  HOST_ENDIANNESS,
  MTCAP, MTMP, MCIA, MGIR, MRTC, MPEIN, MTUTC, MCAM,
  DTOR,
  ...NVCONFIG_REGISTERS, ...COMPONENT_REGISTERS, ...RESET_REGISTERS,
];

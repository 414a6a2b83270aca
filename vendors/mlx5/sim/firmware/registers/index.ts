import type { Register } from '../register.js';
import { MCAM, PCAM, QCAM, SBCAM } from './access-maps.js';
import { MLCR, MSGI, NIC_CAP, RCR, VHCA_ICM_CTRL } from './board.js';
import { PBMC, PPTB, SBCM, SBPR } from './buffers.js';
import { MRTCQ, MSECQ, MSEES, MTCTR, MTPPS, MTPPSE, MTPTM } from './clocks.js';
import { COMPONENT_REGISTERS } from './components.js';
import { PMAOS, PMPE, PMPR, PPHCR, PPLM, SLRG, SLTP } from './link-detail.js';
import { MGIR } from './management.js';
import { MCIA } from './module.js';
import { NVCONFIG_REGISTERS } from './nvconfig.js';
import { HOST_ENDIANNESS, NODE_DESC } from './node.js';
import { MPCNT, MPEGC, MPEIN, MPIR } from './pcie.js';
import { PDDR } from './pddr.js';
import { PCAP, PCMR, PEIR, PFCC, PIPG, PMTU, PPAD, PPCR, PPLR, PUDE } from './port-settings.js';
import { PAOS, PMLP } from './port.js';
import { PPCNT } from './ppcnt.js';
import { PTYS } from './ptys.js';
import { DCBX_APP, DCBX_PARAM, QETCR, QPDPM, QPTS, QTCT } from './quality-of-service.js';
import { RESET_REGISTERS } from './reset.js';
import { CORE_DUMP } from './core-dump.js';
import { RESOURCE_DUMP } from './resource-dump.js';
import { MTCAP, MTMP, MVCAP, MVCR } from './temperature.js';
import { DTOR, MRTC, MTUTC } from './time.js';
import { MTRC_CAP, MTRC_CONF, MTRC_CTRL, MTRC_STDB } from './tracer.js';

/** Every register that the simulator knows. A profile has all of them or some. */
export const REGISTERS: readonly Register[] = [
  QCAM, PCAM, MCAM, SBCAM,
  QPTS, QETCR, QTCT, QPDPM, DCBX_PARAM, DCBX_APP,
  PCAP, PMLP, PMTU, PTYS, PPAD, PAOS, PFCC, PPCNT, PUDE, PIPG, PPLR, PEIR, PCMR, PPCR,
  PMPE, PMAOS, PMPR, PPLM, SLTP, SLRG, PDDR, PPHCR, MCIA,
  PPTB, PBMC, SBPR, SBCM,
  NODE_DESC, HOST_ENDIANNESS, MGIR, MSGI, MLCR, NIC_CAP, RCR, VHCA_ICM_CTRL,
  MTCAP, MTMP, MVCAP, MVCR,
  MRTC, MTUTC, MTPPS, MTPPSE, MTPTM, MTCTR, MRTCQ, MSECQ, MSEES, DTOR,
  MTRC_CAP, MTRC_CONF, MTRC_STDB, MTRC_CTRL,
  MPEIN, MPCNT, MPEGC, MPIR,
  CORE_DUMP, RESOURCE_DUMP,
  ...NVCONFIG_REGISTERS, ...COMPONENT_REGISTERS, ...RESET_REGISTERS,
];

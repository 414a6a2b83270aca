import type { PciCapability } from '@auxctl/core';
import type { FirmwareModel } from '../firmware/types.js';
import { SPACE, type AddressSpace } from './gateway/address-space.js';
import { CrScanSpace, CrSpace } from './gateway/cr-space.js';
import { Gateway } from './gateway/gateway.js';
import { IcmdSpace } from './gateway/icmd-space.js';
import { SemaphoreSpace } from './gateway/semaphore-space.js';
import { VitalProductData } from './vpd.js';

/** A part of the function that goes back to its first state with it. */
interface Resettable {
  reset(): void;
}

/** The capabilities in configuration space that only this kind of function has: the vendor's gateway, and vital product data. */
export class OwnCapabilities {
  readonly all: readonly PciCapability[];
  readonly #parts: readonly Resettable[];

  constructor(model: FirmwareModel) {
    const { hasGateway, productName } = model.identity;
    const gateway = hasGateway ? gatewayOf(model) : { capabilities: [], parts: [] };
    const productData = productName === undefined ? [] : [new VitalProductData(model.identity, productName)];
    this.all = [...gateway.capabilities, ...productData];
    this.#parts = [...gateway.parts, ...productData];
  }

  /** As after power-on. */
  reset(): void {
    for (const part of this.#parts) part.reset();
  }
}

function gatewayOf(model: FirmwareModel): { readonly capabilities: readonly PciCapability[]; readonly parts: readonly Resettable[] } {
  const cr = new CrSpace(model.identity);
  const icmd = new IcmdSpace(model);
  const semaphores = new SemaphoreSpace();
  const gateway = new Gateway(new Map<number, AddressSpace>([
    [SPACE.icmdExtended, icmd], [SPACE.cr, cr], [SPACE.icmd, icmd], [SPACE.crDump, cr], [SPACE.crScan, new CrScanSpace(cr)], [SPACE.semaphores, semaphores],
  ]));
  return { capabilities: [gateway], parts: [gateway, cr, icmd, semaphores] };
}

import { dwordField, type DwordField, type LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';

/** Names of the address spaces that the transport uses, as the layout has them. */
export type SpaceName = 'CR' | 'ICMD' | 'SEMAPHORE';

/** The capability's registers, and the numbers of the address spaces. */
export interface GatewayLayout {
  readonly sizeBytes: number;
  readonly type: DwordField;
  readonly space: DwordField;
  readonly status: DwordField;
  readonly counter: DwordField;
  readonly semaphore: DwordField;
  readonly address: DwordField;
  readonly syndrome: DwordField;
  readonly flag: DwordField;
  readonly data: DwordField;
  /** The number of an address space. */
  readonly numberOf: (space: SpaceName) => number;
  /** The type of a capability behind which the firmware does its normal work. */
  readonly functional: number;
}

/** Reads it from the plugin's layouts; rejects with `ERR_LAYOUT`. */
export async function loadGatewayLayout(layouts: LayoutStore): Promise<GatewayLayout> {
  const codec = await layouts.codec('structures', 'gateway', 'vendor_capability');
  const symbol = (name: string, wanted: string): number => {
    const value = codec.scope.enums.get(name)?.find((entry) => entry.name === wanted)?.value;
    return value === undefined ? -1 : Number(integerValue(value));
  };
  const field = (name: string): DwordField => dwordField(codec, name);
  return {
    sizeBytes: codec.sizeBytes, type: field('type'), space: field('space'), status: field('status'), counter: field('counter'), semaphore: field('semaphore'),
    address: field('address'), syndrome: field('syndrome'), flag: field('flag'), data: field('data'),
    numberOf: (space) => symbol('address_space', space), functional: symbol('gateway_type', 'FUNCTIONAL'),
  };
}

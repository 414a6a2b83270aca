import type { Native } from '@auxctl/native';

export type * from '@auxctl/native';

/** Where to get the native shim from: asked for only when a real device is opened. */
export type NativeSource = () => Promise<Native>;

/** The shim that this package depends on; loads the addon at the first call. */
export const defaultNative: NativeSource = async () => (await import('@auxctl/native')).loadNative();

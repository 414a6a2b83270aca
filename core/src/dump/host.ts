import type { Device } from '../device/types.js';
import { RootedFiles } from '../system/rooted-files.js';

/** Where and by what a dump is made. */
export interface DumpHost {
  /** The version of the program that makes it. */
  readonly tool: string;
  /** The kernel's release. */
  readonly kernel?: string;
  /** What the module of the device's driver says of its version; of its source where it has none. */
  readonly driverVersion?: string;
}

/** What this machine says of itself, from small files below `root`. */
export function dumpHost(tool: string, device: Device, root = '/'): DumpHost {
  const files = new RootedFiles(root);
  const kernel = files.text('/proc/sys/kernel/osrelease');
  const driverVersion = device.driver === undefined ? undefined : moduleVersion(files, device.driver.replaceAll('-', '_'));
  return { tool, ...(kernel === undefined ? {} : { kernel }), ...(driverVersion === undefined ? {} : { driverVersion }) };
}

function moduleVersion(files: RootedFiles, module: string): string | undefined {
  const version = files.text(`/sys/module/${module}/version`);
  if (version !== undefined) return version;
  const source = files.text(`/sys/module/${module}/srcversion`);
  return source === undefined ? undefined : `srcversion ${source}`;
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../setup-vendor-tools', import.meta.url));

/**
 * Gets the programs that others wrote for the same devices. Where they cannot be had, the checks that need them are skipped with the reason.
 *
 * @param {import('./scenarios.mjs').VendorTools} tools
 * @returns {Promise<Record<string, string>>} what the guest's environment says of them
 */
export async function vendorToolsEnvironment(tools) {
  try {
    const running = promisify(execFile)(script, tools === true ? [] : [tools]);
    running.child.stderr?.pipe(process.stderr, { end: false });
    return { AUXCTL_LAB_VENDOR_TOOLS: (await running).stdout.trim() };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error);
    return { AUXCTL_LAB_VENDOR_TOOLS_MISSING: `no vendor tools: ${said}` };
  }
}

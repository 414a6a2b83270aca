import { test } from 'node:test';
import { pluginChecks } from '@auxctl/kit';

// Everything that a plugin has to keep. AUXCTL_CONFORMANCE_DEVICE names a real device to run it on instead of the simulator.
for (const { group, name, run } of pluginChecks(new URL('..', import.meta.url))) {
  test(`${group}: ${name}`, async (context) => {
    const outcome = await run();
    if ('skipped' in outcome) context.skip(outcome.skipped);
  });
}

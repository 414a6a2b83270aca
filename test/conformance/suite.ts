import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from '@auxctl/core';
import { conformanceChecks, type ConformanceFixture } from '@auxctl/kit';
import { manifestSchema } from '@auxctl/schemas';
import { describe, test } from 'vitest';

export type { ConformanceFixture } from '@auxctl/kit';

const CHECK_TIMEOUT_MS = 120_000;

/**
 * What every plugin has to keep, as tests of vitest. What needs a device runs on the plugin's simulator, or on the device that
 * `AUXCTL_CONFORMANCE_DEVICE` names; there, what would write is skipped.
 */
export function testConformance(fixture: ConformanceFixture): void {
  const checks = conformanceChecks(fixture, { hardware: process.env['AUXCTL_CONFORMANCE_DEVICE'] });
  for (const group of new Set(checks.map((check) => check.group))) {
    describe(group, () => {
      for (const { name, run } of checks.filter((check) => check.group === group)) {
        test(name, { timeout: CHECK_TIMEOUT_MS }, async ({ skip }) => {
          const outcome = await run();
          if ('skipped' in outcome) skip(outcome.skipped);
        });
      }
    });
  }
}

/** The same for a plugin of this tree: its folder, and how its code is loaded. */
export function testPlugin(folder: string, load: () => Promise<Plugin>, fixture: Omit<ConformanceFixture, 'entry'>): void {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  testConformance({ entry: { manifest, layoutsPath: join(folder, 'layouts'), load }, ...fixture });
}

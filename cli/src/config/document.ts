import { productName, type ConfigurationStep, type TransactionOutcome } from '@auxctl/core';
import { describeError } from '../errors.js';
import type { ConfigApplyDocument, ConfigMadeDocument, ConfigPlanDocument, ConfigStepDocument } from '../schemas/config.js';
import type { PlannedDevice } from './prepare.js';

/** What would be done. */
export function planDocument(file: string, planned: readonly PlannedDevice[]): ConfigPlanDocument {
  const devices = planned.map((device) => ({ ...aboutDevice(device), steps: device.steps.map(stepDocument) }));
  return { schema: 'auxctl.config-plan/1', file, devices, counts: countsOf(planned) };
}

/** What was done. */
export function applyDocument(file: string, planned: readonly PlannedDevice[], { steps, failure }: TransactionOutcome<ConfigurationStep>): ConfigApplyDocument {
  const made = new Map(steps.map((outcome) => [outcome.step, outcome]));
  const devices = planned.map((device) => ({
    ...aboutDevice(device),
    steps: device.steps.map((step): ConfigMadeDocument => {
      const { state = 'not-tried', rollback = 'none', rollbackError } = made.get(step) ?? {};
      return { ...stepDocument(step), state, rollback, rollbackError: rollbackError === undefined ? null : describeError(rollbackError) };
    }),
  }));
  return { schema: 'auxctl.config-apply/1', file, devices, counts: countsOf(planned), failure: failure === undefined ? null : describeError(failure) };
}

function aboutDevice({ found: { device, plugin }, unchanged }: PlannedDevice): Omit<ConfigPlanDocument['devices'][number], 'steps'> {
  return { address: device.address, product: (plugin === undefined ? undefined : productName(plugin.manifest, device)) ?? null, plugin: plugin?.manifest.name ?? null, unchanged };
}

function stepDocument({ kind, subject, effect, scope, activation, changes }: ConfigurationStep): ConfigStepDocument {
  return { kind, subject, effect, scope: scope ?? null, activation, changes: changes.map(({ name, before, after, isAsked }) => ({ name, before: before ?? null, after, isAsked })) };
}

function countsOf(planned: readonly PlannedDevice[]): ConfigPlanDocument['counts'] {
  const steps = planned.flatMap((device) => device.steps);
  return { devices: planned.filter((device) => device.steps.length > 0).length, steps: steps.length, changes: steps.reduce((sum, { changes }) => sum + changes.length, 0) };
}

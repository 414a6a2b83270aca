import type { ConformanceCheck } from './check.js';
import { channelChecks } from './channel-checks.js';
import { dataChecks } from './data-checks.js';
import { effectChecks } from './effect-checks.js';
import { faultChecks } from './fault-checks.js';
import type { ConformanceFixture, ConformanceTarget } from './fixture.js';
import { loadChecks } from './load-checks.js';
import { Subject } from './subject.js';
import { writeChecks } from './write-checks.js';

/** What every plugin has to keep, as a list: run each and see whether it rejects. Making the list loads and opens nothing. */
export function conformanceChecks(fixture: ConformanceFixture, target: ConformanceTarget = {}): ConformanceCheck[] {
  const subject = new Subject(fixture, target);
  return [dataChecks, channelChecks, effectChecks, writeChecks, faultChecks, loadChecks].flatMap((make) => make(subject));
}

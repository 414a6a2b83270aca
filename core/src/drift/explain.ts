import type { JournalIntent, JournalObserved, JournalOutcome } from '@auxctl/schemas';
import type { DriftDifference, DriftPlace } from './types.js';

/**
 * What the journal says of a difference. `explained`: the last command that set the value left it as it is now. `activated`: it had been stored before, and
 * a reset has put it in force. `changed-again`: commands set it, and something else has changed it since. `observed`: another program was seen writing
 * there. `possible`: commands of this time may have done it, which do not say what they changed. `unexplained`: nothing that is recorded did it.
 */
export const DRIFT_VERDICTS = ['explained', 'activated', 'changed-again', 'observed', 'possible', 'unexplained'] as const;
/** One of {@link DRIFT_VERDICTS}. */
export type DriftVerdict = (typeof DRIFT_VERDICTS)[number];

/** A command that was sent, with what became of it where that is known. */
export interface SentCommand {
  readonly intent: JournalIntent;
  readonly outcome?: JournalOutcome | undefined;
}

/** A difference, and what is known of how it came about. */
export interface ExplainedDifference extends DriftDifference {
  readonly verdict: DriftVerdict;
  /** The commands of this tool behind the verdict, the earliest first. */
  readonly commands: readonly SentCommand[];
  /** Those of others. */
  readonly observed: readonly JournalObserved[];
}

/** What was recorded of a device between two states. */
export interface DriftHistory {
  readonly commands: readonly SentCommand[];
  readonly observed: readonly JournalObserved[];
  /** The register that carries items of stored configuration, where there is one: others' writes of it do not say which item. */
  readonly itemRegister?: string | undefined;
}

/** Says of each difference whether what was recorded explains it. */
export function explainDifferences(differences: readonly DriftDifference[], history: DriftHistory): ExplainedDifference[] {
  const explained = differences.map((difference): ExplainedDifference => ({ ...difference, ...explain(difference, history) }));
  return explained.map((difference) => (difference.verdict === 'unexplained' ? { ...difference, ...explanationOf(storedBehind(difference, explained)) } : difference));
}

/** The difference of stored configuration that a driver's parameter shows once more. */
function storedBehind({ place }: DriftDifference, differences: readonly ExplainedDifference[]): ExplainedDifference | undefined {
  if (place.type !== 'kernel') return undefined;
  return differences.find(({ place: other }) => other.type === 'item' && place.shows.some(({ item, path }) => item === other.item && path === other.path));
}

function explanationOf(difference: ExplainedDifference | undefined): Partial<Explanation> {
  return difference === undefined ? {} : { verdict: difference.verdict, commands: difference.commands, observed: difference.observed };
}

type Explanation = Pick<ExplainedDifference, 'verdict' | 'commands' | 'observed'>;

function explain(difference: DriftDifference, { commands, observed, itemRegister }: DriftHistory): Explanation {
  const mayHaveActed = commands.filter(({ outcome }) => hasActed(outcome));
  const setting = mayHaveActed.filter(({ intent }) => changeBy(intent, difference.place) !== undefined);
  const last = setting.at(-1);
  const others = observed.filter((each) => each.result !== 'not-passed' && each.effect !== 'inspect' && writes(each, difference.place, itemRegister));
  if (last !== undefined && changeBy(last.intent, difference.place) === difference.after && !others.some(({ time }) => time > last.intent.time)) {
    return { verdict: last.outcome?.result === 'answered' ? 'explained' : 'possible', commands: setting, observed: [] };
  }
  if (others.length > 0) return { verdict: 'observed', commands: setting, observed: others };
  if (last !== undefined) return { verdict: 'changed-again', commands: setting, observed: [] };
  if (difference.isActivation === true) return { verdict: 'activated', commands: [], observed: [] };
  const possible = mayHaveActed.filter(({ intent }) => mayConcern(intent, difference.place));
  const unknown = observed.filter((each) => each.result !== 'not-passed' && each.effect !== 'inspect' && each.register === undefined);
  return possible.length + unknown.length > 0 ? { verdict: 'possible', commands: possible, observed: unknown } : { verdict: 'unexplained', commands: [], observed: [] };
}

/** A command that was refused or never sent has changed nothing; one without an answer may have. */
function hasActed(outcome: JournalOutcome | undefined): boolean {
  return outcome === undefined || (outcome.result !== 'refused' && outcome.result !== 'not-delivered');
}

/** What a command made of the value at a place, as text; undefined where it did not touch it. */
function changeBy(intent: JournalIntent, place: DriftPlace): string | undefined {
  if (place.type === 'other') return undefined;
  const path = place.type === 'kernel' ? place.parameter : place.path;
  if (place.type === 'register' && (intent.register !== place.register || intent.item !== undefined || !isAt(intent, place.key))) return undefined;
  if (place.type === 'item' && intent.item !== place.item) return undefined;
  if (place.type === 'kernel' && (intent.transport !== 'kernel' || intent.fields?.['name'] !== place.parameter || intent.fields['mode'] !== place.mode)) return undefined;
  return intent.changes?.findLast(({ field }) => field === path)?.after;
}

/** Was a register written at this place? Index fields that are zero are not recorded. */
function isAt({ fields = {} }: JournalIntent, key: Readonly<Record<string, bigint>>): boolean {
  return Object.entries(key).every(([name, value]) => {
    const text = fields[name];
    return text === undefined ? value === 0n : numberIn(text) === value;
  });
}

/** The number of a value as it is shown: `4`, `0x80`, `COMMAND_INTERFACE (4)`; undefined for one that shows none. */
function numberIn(text: string): bigint | undefined {
  const digits = /^(0x[0-9a-f]+|\d+)$/i.exec(text)?.[1] ?? /\((0x[0-9a-f]+|\d+)\)$/i.exec(text)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function writes({ register, command }: JournalObserved, place: DriftPlace, itemRegister: string | undefined): boolean {
  if (place.type === 'register') return register === place.register || command === place.register;
  return place.type === 'item' && itemRegister !== undefined && (register === itemRegister || command === itemRegister);
}

/** Commands that do not say what they change, those that change the register or the item in a way that was not recorded, and those from whose change this may follow. */
function mayConcern(intent: JournalIntent, place: DriftPlace): boolean {
  if (place.type === 'kernel') return false;
  if (intent.register === undefined && intent.item === undefined) return intent.transport !== 'kernel';
  if (place.type === 'register') return intent.register === place.register && intent.item === undefined && (intent.changes === undefined || place.isReadOnly) && isAt(intent, place.key);
  return place.type === 'item' && ((intent.item === place.item && (intent.changes ?? []).length === 0) || (intent.item === undefined && intent.changes === undefined));
}

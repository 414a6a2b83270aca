import type { Effect, JournalRefusal, PolicyRuleData, Scope } from '@auxctl/schemas';
import type { PolicyError } from '../errors/classes.js';

/** A rule, and the line on which it begins. */
export interface PolicyRule extends PolicyRuleData {
  readonly line: number;
}

/** A policy as it was read. */
export interface Policy {
  readonly file: string;
  /** What becomes of a change that no rule fits. */
  readonly default: 'allow' | 'deny';
  /** The line of that word; absent where it is left out. */
  readonly defaultLine?: number;
  /** The first that fits decides. */
  readonly rules: readonly PolicyRule[];
}

/** Who asks. What is undefined could not be found out. */
export interface PolicyUser {
  readonly uid: number;
  readonly name: string | undefined;
  /** Ids in decimal, and those names that a policy mentions. */
  readonly groups: readonly string[] | undefined;
}

/** One thing that a command changes. */
export interface PolicyChange {
  /** By its path in the register, the item or the command. */
  readonly field: string;
  /** The names of a parameter of the stored configuration, and of its item. */
  readonly parameters?: readonly string[];
}

/**
 * What a command changes. `none`: it sets nothing that has a name. `unchanged`: it writes what is there already. `unknown`: nobody can read it, or it
 * depends on what the device has.
 */
export type PolicyChanges = readonly PolicyChange[] | 'none' | 'unchanged' | 'unknown';

/** What a command would do, and to which device. Of what is undefined it is not known; null: there is none. */
export interface CommandQuestion {
  readonly device: {
    readonly address: string;
    readonly plugin: string;
    /** Vendor and device, four digits each. */
    readonly pci: string | null;
    readonly driver: string | null;
    readonly serial: string | null | undefined;
  };
  readonly effect: Effect;
  readonly scope: Scope | undefined;
  /** The names that it goes by. */
  readonly commands: readonly string[] | undefined;
  /** What messages call it; the first of its names when absent. */
  readonly called?: string;
  readonly register: string | null | undefined;
  readonly changes: PolicyChanges;
  /** Names of fields whose values must not be kept anywhere; absent where that is not known. */
  readonly secrets?: readonly string[];
}

/** The same with who asks, and why. */
export interface PolicyQuestion extends CommandQuestion {
  readonly user: PolicyUser;
  readonly reason: string | undefined;
}

/** What a policy says. */
export interface PolicyDecision {
  /** `reason`: allowed with a reason, and none was given. */
  readonly verdict: 'allow' | 'deny' | 'reason';
  /** The rule that decides; absent where none fits. */
  readonly rule?: PolicyRule;
  /** Where that is in the policy's file; absent where it says nothing about it. */
  readonly line?: number;
  /** The change that it is decided by, where there are several or they decide. */
  readonly change?: PolicyChange;
  /** What could not be told and might have led to another decision: it counts against the command. */
  readonly unknown: readonly string[];
}

/** A command that is refused: what is thrown, and what is recorded. */
export interface PolicyRefusal {
  readonly error: PolicyError;
  readonly record: JournalRefusal['policy'];
}

/** Has a say in every command before it is sent. */
export interface CommandPolicy {
  /** Can it refuse commands that only inspect? Where it cannot, it is not asked about them. */
  judgesInspection(): Promise<boolean>;
  /** Why a command is not to be sent; undefined when it may be. Does not reject: a policy that cannot be used refuses. */
  refusal(question: CommandQuestion): Promise<PolicyRefusal | undefined>;
  /** The same where not everything is known yet: only what would not be decided otherwise by anything that is still to be found out. */
  foreseen(question: CommandQuestion): Promise<PolicyRefusal | undefined>;
}

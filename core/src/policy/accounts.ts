import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { UsageError } from '../errors/classes.js';
import { surroundings } from '../journal/surroundings.js';
import type { Policy, PolicyUser } from './types.js';

/** Where accounts are looked up. */
export interface AccountSources {
  /** The text of a file; empty where there is none. */
  readonly file: (path: string) => string;
  /** What one of the system's own programs prints; undefined when it fails. It sees accounts that are in no file. */
  readonly ask: (program: 'id' | 'getent', words: readonly string[]) => Promise<string | undefined>;
  /** Groups of this process. */
  readonly ownGroups: () => readonly number[];
  readonly ownUid: () => number;
}

const PROGRAMS = '/usr/bin';
const LOOKUP_TIMEOUT_MS = 5000;
const MOST_ANSWER_BYTES = 65_536;
const NAME_AT = 0;
const ID_AT = 2;
const GROUP_AT = 3;
const MEMBERS_AT = 3;

const run = promisify(execFile);

/** This system's accounts. Programs get nothing of this process's environment. */
export const systemAccounts: AccountSources = {
  file: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
  ask: async (program, words) => run(`${PROGRAMS}/${program}`, words, { env: {}, timeout: LOOKUP_TIMEOUT_MS, maxBuffer: MOST_ANSWER_BYTES }).then(({ stdout }) => stdout, () => undefined),
  ownGroups: () => [...new Set([...(process.getgroups?.() ?? []), process.getgid?.() ?? 0])],
  ownUid: () => process.getuid?.() ?? 0,
};

/** The uid that a policy goes by: of who logged in, whatever user that became; where nobody did, of this process. */
export function callersUid(): number {
  const { uid, loginUid } = surroundings().user;
  return loginUid ?? uid;
}

/** The user with an id, as far as policies ask: names and groups are looked up where a rule needs them. */
export async function policyUser(uid: number, policies: readonly Policy[], sources: AccountSources = systemAccounts): Promise<PolicyUser> {
  const accounts = (which: 'users' | 'groups'): string[] => policies.flatMap(({ rules }) => rules.flatMap((rule) => (rule[which] === undefined ? [] : [rule[which]].flat().map(String))));
  const [users, groups] = [accounts('users'), accounts('groups')];
  const name = users.length + groups.length === 0 ? undefined : await nameOf(uid, sources);
  return { uid, name, groups: groups.length === 0 ? [] : await groupsOf(uid, name, groups, sources) };
}

/** The uid that `text` names, by name or in decimal. Rejects with `ERR_UNKNOWN_NAME`. */
export async function uidOf(text: string, sources: AccountSources = systemAccounts): Promise<number> {
  const id = await idOf('passwd', text, sources);
  if (id === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `there is no user ${text}`);
  return id;
}

/** The names of users and groups in a policy that this system does not know. */
export async function unknownAccounts({ rules }: Policy, sources: AccountSources = systemAccounts): Promise<{ readonly line: number; readonly text: string }[]> {
  const found = await Promise.all(rules.flatMap(({ line, users = [], groups = [] }) => ([['passwd', 'user', users], ['group', 'group', groups]] as const).flatMap(([database, what, accounts]) => (
    [accounts].flat().map(async (account) => (await idOf(database, String(account), sources) === undefined ? [{ line, text: `there is no ${what} ${account} here` }] : []))))));
  return found.flat();
}

async function nameOf(uid: number, { file, ask }: AccountSources): Promise<string | undefined> {
  const find = (text: string): string | undefined => entries(text).find((entry) => entry[ID_AT] === String(uid))?.[NAME_AT];
  return find(file('/etc/passwd')) ?? find(await ask('getent', ['passwd', String(uid)]) ?? '');
}

async function idOf(database: 'passwd' | 'group', text: string, { file, ask }: AccountSources): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const find = (answer: string): string | undefined => entries(answer).find((entry) => entry[NAME_AT] === text)?.[ID_AT];
  const id = find(file(`/etc/${database}`)) ?? (text.startsWith('-') ? undefined : find(await ask('getent', [database, text]) ?? ''));
  return id === undefined ? undefined : Number(id);
}

/** Ids, and those of `wanted` that are names of them; undefined where the system does not tell. */
async function groupsOf(uid: number, name: string | undefined, wanted: readonly string[], sources: AccountSources): Promise<string[] | undefined> {
  const ids = await groupIds(uid, name, sources);
  if (ids === undefined) return undefined;
  const named = await Promise.all(wanted.map(async (group) => ({ group, id: await idOf('group', group, sources) })));
  return [...ids].map(String).concat(named.flatMap(({ group, id }) => (id !== undefined && ids.has(id) ? [group] : [])));
}

/** The system's own answer counts most: groups may be in no file. */
async function groupIds(uid: number, name: string | undefined, { file, ask, ownGroups, ownUid }: AccountSources): Promise<ReadonlySet<number> | undefined> {
  const own = uid === ownUid() ? ownGroups() : [];
  const told = await ask('id', ['-G', name ?? String(uid)]);
  if (told !== undefined && /^[\d ]+\n?$/.test(told)) return new Set([...own, ...told.trim().split(/ +/).map(Number)]);
  const account = entries(file('/etc/passwd')).find((entry) => entry[ID_AT] === String(uid));
  if (account === undefined) return own.length === 0 ? undefined : new Set(own);
  const member = entries(file('/etc/group')).filter((entry) => (entry[MEMBERS_AT] ?? '').split(',').includes(account[NAME_AT] ?? '')).map((entry) => Number(entry[ID_AT]));
  return new Set([...own, Number(account[GROUP_AT]), ...member]);
}

/** The lines of a file such as `/etc/passwd`, each with its parts. */
function entries(text: string): string[][] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(':'));
}

/** Something that the tool reads, leaves or ends with, and what it is about. */
export interface Fact {
  readonly name: string;
  readonly meaning: string;
}

/** How the tool ends. */
export const EXIT_STATUSES: readonly Fact[] = [
  { name: '0', meaning: 'done' },
  { name: '1', meaning: 'internal fault' },
  { name: '2', meaning: 'usage' },
  { name: '3', meaning: 'no such device or device gone' },
  { name: '4', meaning: 'permission, scope or policy refused' },
  { name: '5', meaning: 'firmware refused' },
  { name: '6', meaning: 'timed out' },
  { name: '7', meaning: 'differences found' },
  { name: '129', meaning: 'terminal gone' },
  { name: '130', meaning: 'interrupted' },
  { name: '143', meaning: 'terminated' },
];

/** What it takes from the environment. */
export const ENVIRONMENT: readonly Fact[] = [
  { name: 'AUXCTL_PLUGINS', meaning: 'names folders of further plugins, separated by colons' },
  { name: 'NO_COLOR', meaning: 'as --no-color' },
  { name: 'STATE_DIRECTORY', meaning: 'is where the journal is kept when there is no --state' },
  { name: 'NOTIFY_SOCKET', meaning: 'is where the service manager is told that journal watch has begun' },
  { name: 'AUXCTL_CONFORMANCE_DEVICE', meaning: 'is the device that plugin check tries instead of a simulated one' },
];

/** Files that it knows by their place. */
export const FILES: readonly Fact[] = [
  { name: '/dev/fwctl/*', meaning: 'the nodes of devices whose drivers offer fwctl' },
  { name: '/var/lib/auxctl/journal', meaning: 'the record of commands that could change a device' },
  { name: '/etc/auxctl/journal.key', meaning: 'the key that the journal is sealed with, if there is one' },
  { name: '/usr/local/lib/auxctl/plugins, /usr/lib/auxctl/plugins', meaning: 'folders of further plugins' },
];

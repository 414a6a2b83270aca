/** Where a system's packages install plugins, below the root; what an administrator put there comes first. */
export const SYSTEM_FOLDERS = ['usr/local/lib/auxctl/plugins', 'usr/lib/auxctl/plugins'] as const;

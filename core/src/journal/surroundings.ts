import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { JournalIntent } from '@auxctl/schemas';
import { loginUidOf } from '../system/login-uid.js';

/** Who sends, from where: the same for all commands of a process. */
export type Surroundings = Pick<JournalIntent, 'bootId' | 'host' | 'user' | 'process'>;

/** What this process, and the kernel, say of themselves. */
export function surroundings(environment: NodeJS.ProcessEnv = process.env): Surroundings {
  const bootId = textOf('/proc/sys/kernel/random/boot_id');
  const loginUid = loginUidOf(textOf('/proc/self/loginuid'));
  const sudoUser = environment['SUDO_USER'];
  return {
    ...(bootId === undefined ? {} : { bootId }),
    host: hostname(),
    user: {
      uid: process.getuid?.() ?? 0,
      ...(loginUid === undefined ? {} : { loginUid }),
      ...(sudoUser === undefined ? {} : { sudoUser }),
    },
    process: { pid: process.pid, executable: process.execPath, commandLine: process.argv },
  };
}

function textOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

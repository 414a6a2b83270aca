/** What the kernel says where nobody has logged in: (uid_t)-1 (`fs/proc/base.c`). */
const NOBODY_LOGGED_IN = 0xffff_ffff;

/** Who logged in, from what `/proc/PID/loginuid` holds; undefined where nobody did, or the kernel does not tell. */
export function loginUidOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text.trim()) || Number(text) === NOBODY_LOGGED_IN ? undefined : Number(text);
}

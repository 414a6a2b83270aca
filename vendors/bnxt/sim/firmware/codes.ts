/** Error codes of replies (`HWRM_ERR_CODE_*`). */
export const ERROR = {
  fail: 0x1,
  invalidParams: 0x2,
  accessDenied: 0x3,
  allocError: 0x4,
  invalidFlags: 0x5,
  invalidEnables: 0x6,
  unsupportedOption: 0x9,
  busy: 0x10,
  notPresent: 0x13,
  notSupported: 0xffff,
} as const;

/** A function's name for itself in `fid` fields. */
export const SELF = 0xffff;

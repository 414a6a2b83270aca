/** Words in a name that tell a device, one of its ports or its host from all others. */
const WORDS = /^(?:.* )?(?:serial|sn|mac|hw addr|hardware address|[a-z]*guid|uuid|wwn|wwpn|wwnn|[a-z]*nqn|eui64|vuid|host ?id|node|asset tag)(?: .*)?$/i;
/** Names that tell one as a whole: NVMe's subsystem is its qualified name, and a name of its own is what somebody gave to this one device. */
const WHOLE = /^(?:subsystem|name|device name)$/i;
/** Keywords of vital product data whose meaning is the vendor's or the system's (PCI Local Bus 3.0, appendix I): nobody knows what is in there. */
const PRIVATE_KEYWORDS = /^[RW] [VY][0-9A-Z]$/;
const SEPARATORS = /[._-]+/g;

/** Does a value of this name, as `board serial`, `board.serial_number` or `R.SN`, tell this device from all others? */
export function isIdentifying(name: string): boolean {
  const words = name.trim().replaceAll(SEPARATORS, ' ');
  return WORDS.test(words) || WHOLE.test(words) || PRIVATE_KEYWORDS.test(words);
}

/** Lines of an identity that tell a device from all others of its kind. */
const IDENTIFYING = /^(?:.* )?(?:serial|mac|guid|uuid|wwn|nqn|eui64|nguid|vuid|node|asset tag)(?: .*)?$/i;

/** Does an identity's line of this name tell this device from all others? */
export function isIdentifying(name: string): boolean {
  return IDENTIFYING.test(name);
}

/**
 * The library's own face, bundled by the lab before it boots the guest.
 *
 * @type {typeof import('./library.ts')}
 */
export const library = await import(process.env['AUXCTL_LAB_LIBRARY'] ?? '');

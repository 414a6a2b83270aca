export { serveVfioUser, type VfioUserOptions, type VfioUserServer } from './server.js';
export type { VfioUserEvent, VfioUserEventListener } from './events.js';

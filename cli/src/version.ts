import packageManifest from '../package.json' with { type: 'json' };

/** The tool's version. */
export const VERSION = packageManifest.version;

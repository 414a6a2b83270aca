import type { FieldInput, Fields } from '../layout/types.js';

/**
 * The names that a plugin knows, each with the types of its fields, as `auxctl plugin types` makes them: what a typed {@link Channel} accepts and
 * gives. `request`, `index`, `write` and `key` are what can be sent, `reply` and `fields` what is decoded.
 */
export interface PluginTypes {
  readonly commands: Readonly<Record<string, { readonly request: object; readonly reply: object }>>;
  readonly registers: Readonly<Record<string, { readonly index: object; readonly write: object; readonly fields: object }>>;
  readonly capabilities: Readonly<Record<string, object>>;
  readonly objects: Readonly<Record<string, { readonly key: object; readonly fields: object }>>;
}

/** Any name with any fields: what is known of a plugin without its types. */
export interface UntypedPlugin extends PluginTypes {
  readonly commands: Readonly<Record<string, { readonly request: FieldInput; readonly reply: Fields }>>;
  readonly registers: Readonly<Record<string, { readonly index: FieldInput; readonly write: FieldInput; readonly fields: Fields }>>;
  readonly capabilities: Readonly<Record<string, Fields>>;
  readonly objects: Readonly<Record<string, { readonly key: FieldInput; readonly fields: Fields }>>;
}

/** The names in one of the groups of {@link PluginTypes}. */
export type NameOf<T extends PluginTypes, G extends keyof PluginTypes> = Extract<keyof T[G], string>;

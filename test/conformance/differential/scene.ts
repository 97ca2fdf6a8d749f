/** What a site has beside its rules, for rules and samples to name. */
export interface Scene {
  /** Names of stick tables. */
  readonly tables: readonly string[];
  /** How many slots its frontend has for captures. */
  readonly requestSlots: number;
  readonly responseSlots: number;
  /** Whether whole bodies are there when rules look at them. */
  readonly buffersBodies: boolean;
  /** Whether its rules change a map and an ACL file of its own. */
  readonly editsFiles: boolean;
}

export const plainScene: Scene = {
  tables: [],
  requestSlots: 0,
  responseSlots: 0,
  buffersBodies: false,
  editsFiles: false,
};

/** The config of a control plane that nobody has told anything yet. */
import type { Config } from './config.ts';

export const emptyConfig: Config = Object.freeze({
  global: {},
  errorFiles: [],
  peers: [],
  userlists: [],
  defaults: [],
  frontends: [],
  backends: [],
});

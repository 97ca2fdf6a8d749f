/** Holds a config that was read from a haproxy.cfg against its schema. */
import { type ConfigDocument, configSchema } from '../model/config.ts';
import { findViolations, type Violation } from '../validate.ts';

export function findConfigViolations(config: ConfigDocument): readonly Violation[] {
  return findViolations(configSchema, config);
}

/** Where a rule stands, for expressions that ask which one ended the evaluation (last_rule_file, last_rule_line). */
import type { SnapshotRule } from '../../shared/model/snapshot.ts';
import type { RuleOrigin } from './sample-context.ts';

/** Of a rule in the list at a path of the REST API; undefined for one that is not to be told. */
export function originOf(rule: SnapshotRule<{ name: string }>, list: string): RuleOrigin | undefined {
  if (rule.origin === null) return undefined;
  return rule.origin ?? { file: `${list}/${rule.name}`, line: 0 };
}

/** Where a rule stands, for expressions that ask which one ended the evaluation (last_rule_file, last_rule_line). */
import type { SnapshotRule } from '../../shared/model/snapshot.ts';
import type { RuleOrigin } from './sample-context.ts';

const final = new Set([
  'accept',
  'allow',
  'auth',
  'close',
  'deny',
  'redirect',
  'reject',
  'return',
  'silent-drop',
  'tarpit',
]);

/** Of a rule in the list at a path of the REST API; undefined for one that does not end the evaluation, or is not to be told. */
export function originOf(rule: SnapshotRule<{ name: string; action: string }>, list: string): RuleOrigin | undefined {
  if (rule.origin === null || !final.has(rule.action)) return undefined;
  return rule.origin ?? { file: `${list}/${rule.name}`, line: 0 };
}

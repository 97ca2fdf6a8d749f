/** Compiles the actions that change maps and ACL files. */
import type { Place } from '../../shared/language/sample-types.ts';
import type { PatternRule } from '../../shared/model/pattern-rules.ts';
import { compileText } from './compile-text.ts';
import type { EditableHead } from './editable-head.ts';
import type { Act } from './evaluate-rules.ts';

/** Throws Error on what shared/model would have refused. */
export function compilePatternEdit(rule: PatternRule, place: Place): Act<EditableHead> {
  const key = compileText(rule.key, place);
  switch (rule.action) {
    case 'set-map': {
      const { map } = rule;
      const value = compileText(rule.value, place);
      return (_head, context) => {
        context.environment.patterns.change('map', map, ['set', key(context), value(context)]);
        return 'next';
      };
    }
    case 'del-map': {
      const { map } = rule;
      return (_head, context) => {
        context.environment.patterns.change('map', map, ['del', key(context)]);
        return 'next';
      };
    }
    case 'add-acl': {
      const { aclFile } = rule;
      return (_head, context) => {
        context.environment.patterns.change('acl', aclFile, ['set', key(context), '']);
        return 'next';
      };
    }
    case 'del-acl': {
      const { aclFile } = rule;
      return (_head, context) => {
        context.environment.patterns.change('acl', aclFile, ['del', key(context)]);
        return 'next';
      };
    }
  }
}

/** What all rules have in common: name, priority, condition; and the kinds of field that several actions share. */
import { type TProperties, Type } from 'typebox';
import { closedObject, descriptionField, nameField } from './fields.ts';
import { headerNamePattern } from './vocabulary.ts';

export const conditionField = (word: 'if' | 'unless') =>
  Type.String({
    minLength: 1,
    maxLength: 8_192,
    description: `The rule applies ${word} this condition holds: names of ACLs and anonymous ACLs in braces, joined by white space (and), "or" or "||", negated by "!".`,
    examples: ['{ src 10.0.0.0/8 } !static'],
  });

export function ruleObject<Properties extends TProperties>(title: string, description: string, properties: Properties) {
  return closedObject(
    {
      name: nameField('Name of the rule, unique in its list.'),
      description: Type.Optional(descriptionField),
      priority: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1_000_000_000,
          description:
            'Rules are evaluated by ascending priority, then by name. A list in which a rule has none is numbered 100, 200, ... as it stands; a single new rule goes last.',
        }),
      ),
      if: Type.Optional(conditionField('if')),
      unless: Type.Optional(conditionField('unless')),
      ...properties,
    },
    { title, description },
  );
}

/** Text that is made when the rule applies: a log-format string. */
export const formatField = (description: string) =>
  Type.String({ maxLength: 8_192, description: `${description} A log-format string: "%%" stands for "%".` });

export const headerField = Type.String({ pattern: headerNamePattern, description: 'Name of the header field.' });

export const regexField = (description: string) =>
  Type.String({ minLength: 1, maxLength: 8_192, description: `${description} A regular expression.` });

export const replacementField = formatField(
  'What takes its place. "\\1" to "\\9" stand for what the groups of the expression matched, "\\0" for all of it.',
);

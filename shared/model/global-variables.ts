/** Variables of the process that are there before anything is served (configuration manual 2.6, section 3.1, "set-var"). */
import { type Static, Type } from 'typebox';
import { expressionField, variableConditionsField } from './edit-rules.ts';
import { closedObject, descriptionField } from './fields.ts';
import { formatField } from './rule-object.ts';

const common = {
  description: Type.Optional(descriptionField),
  variable: Type.String({
    pattern: '^proc\\.[A-Za-z0-9_.]{1,1000}$',
    description: 'Name of the variable; all variables of the process begin with "proc.".',
    examples: ['proc.site'],
  }),
  conditions: variableConditionsField,
};

const setVarSchema = closedObject(
  { action: Type.Literal('set-var'), ...common, expression: expressionField },
  { title: 'GlobalSetVar', description: 'Sets a variable of the process to the value of a sample expression.' },
);

const setVarFmtSchema = closedObject(
  { action: Type.Literal('set-var-fmt'), ...common, value: formatField('The text.') },
  { title: 'GlobalSetVarFmt', description: 'Sets a variable of the process to a text.' },
);

export const globalVariableSchema = Type.Union([setVarSchema, setVarFmtSchema], {
  discriminator: { propertyName: 'action' },
  title: 'GlobalVariable',
});
export type GlobalVariable = Static<typeof globalVariableSchema>;

/** Checks values against TypeBox schemas and says in plain words what is wrong and where. */
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { suggest } from './language/suggest.ts';

export interface Violation {
  /** JSON pointer (RFC 6901) to the offending value. */
  pointer: string;
  detail: string;
}

interface SchemaNode {
  anyOf?: SchemaNode[];
  discriminator?: { propertyName: string };
  properties?: Record<string, SchemaNode & { const?: unknown }>;
  items?: SchemaNode;
  type?: string;
}

const validators = new WeakMap<object, Validator>();

/** Every way in which the value does not fit the schema; empty when it fits. */
export function findViolations(schema: TSchema, value: unknown): Violation[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  return explain(schema as SchemaNode, value, '');
}

/** Whether the value fits the schema. */
export function fits<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return validatorOf(schema).Check(value);
}

function validatorOf(schema: TSchema): Validator {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema) as unknown as Validator;
    validators.set(schema, validator);
  }
  return validator;
}

/**
 * Walks down objects, arrays and unions told apart by one property, so that each message speaks of the one branch that
 * was meant and not of all that do not fit.
 */
function explain(schema: SchemaNode, value: unknown, pointer: string): Violation[] {
  if (fitsNode(schema, value)) return [];
  if (schema.anyOf !== undefined) return explainUnion(schema, schema.anyOf, value, pointer);
  if (schema.type === 'object' && isRecord(value)) return explainObject(schema, value, pointer);
  if (schema.type === 'array' && Array.isArray(value) && schema.items !== undefined) {
    const items = schema.items;
    const inside = value.flatMap((item, index) => explain(items, item, `${pointer}/${index}`));
    if (inside.length > 0) return inside;
  }
  return explainHere(schema, value, pointer);
}

function explainUnion(schema: SchemaNode, branches: SchemaNode[], value: unknown, pointer: string): Violation[] {
  const property = schema.discriminator?.propertyName;
  if (property === undefined) {
    const constants = branches.map((branch) => (branch as { const?: unknown }).const);
    if (constants.every((constant) => constant !== undefined)) {
      return [{ pointer, detail: `must be ${listWords(constants)}${nearWord(value, constants)}` }];
    }
    return explainHere(schema, value, pointer);
  }
  if (!isRecord(value)) return [{ pointer, detail: 'must be an object' }];
  const tags = branches.map((branch) => branch.properties?.[property]?.const);
  const branch = branches[tags.indexOf(value[property])];
  if (branch !== undefined) return explain(branch, value, pointer);
  const detail = `must be ${listWords(tags)}${nearWord(value[property], tags)}`;
  return [{ pointer: `${pointer}/${escapePointer(property)}`, detail }];
}

function explainObject(schema: SchemaNode, value: Record<string, unknown>, pointer: string): Violation[] {
  const properties = schema.properties ?? {};
  const violations: Violation[] = [];
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (memberSchema !== undefined)
      violations.push(...explain(memberSchema, member, `${pointer}/${escapePointer(name)}`));
  }
  return [...violations, ...explainHere(schema, value, pointer, violations.length > 0)];
}

/** As `fits`, but says nothing about the type of the value. */
function fitsNode(schema: SchemaNode, value: unknown): boolean {
  return validatorOf(schema as TSchema).Check(value);
}

/** What the compiled validator says of this value itself; with `skipMembers` what it says of members is left out. */
function explainHere(schema: SchemaNode, value: unknown, pointer: string, skipMembers = false): Violation[] {
  const violations: Violation[] = [];
  for (const error of validatorOf(schema as TSchema).Errors(value)) {
    const details = error as unknown as { keyword: string; instancePath: string; params: Record<string, unknown> };
    if (details.keyword === 'additionalProperties' && details.instancePath === '') {
      const known = Object.keys(schema.properties ?? {});
      for (const name of details.params.additionalProperties as string[]) {
        violations.push({
          pointer: `${pointer}/${escapePointer(name)}`,
          detail: `unknown field${nearWord(name, known)}`,
        });
      }
    } else if (details.keyword === 'required' && details.instancePath === '') {
      for (const name of details.params.requiredProperties as string[]) {
        violations.push({ pointer: `${pointer}/${escapePointer(name)}`, detail: 'is required' });
      }
    } else if (details.instancePath === '' && details.keyword !== 'boolean') {
      violations.push({ pointer, detail: describe(details.keyword, details.params, error.message) });
    } else if (!skipMembers && details.keyword !== 'boolean') {
      violations.push({
        pointer: pointer + details.instancePath,
        detail: describe(details.keyword, details.params, error.message),
      });
    }
  }
  return violations;
}

function describe(keyword: string, params: Record<string, unknown>, fallback: string): string {
  switch (keyword) {
    case 'type':
      return `must be ${article(String(params.type))}`;
    case 'minimum':
      return `must be ${String(params.limit)} or more`;
    case 'maximum':
      return `must be ${String(params.limit)} or less`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'enum':
      return `must be ${listWords(params.allowedValues as unknown[])}`;
    case 'pattern':
      return `must match ${String(params.pattern)}`;
    default:
      return fallback;
  }
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function listWords(words: readonly unknown[]): string {
  const quoted = words.map((word) => JSON.stringify(word));
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : (quoted[0] ?? 'nothing');
}

function nearWord(value: unknown, known: readonly unknown[]): string {
  if (typeof value !== 'string') return '';
  const near = suggest(
    value,
    known.filter((word) => typeof word === 'string'),
  );
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One name as a step of a JSON pointer (RFC 6901 section 3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Fetches of the node and its clock, and of variables. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { type CompiledFetch, constant, type FetchCompilers, plain } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { asInteger, parseInteger } from '../sample-value.ts';
import { parseVariable } from '../variables.ts';

const perSecond = { s: 1, ms: 1_000, us: 1_000_000 } as const;

function date(offset: string | undefined, unit: string | undefined): CompiledFetch {
  const added = Number(parseInteger(offset ?? '0'));
  const factor = perSecond[(unit || 's') as keyof typeof perSecond];
  return { get: ({ environment }) => Math.floor((environment.now() / 1_000) * factor) + added };
}

function random(range: string | undefined): CompiledFetch {
  const below = range === undefined ? 2 ** 32 : Number(parseInteger(range));
  return { get: ({ environment }) => Math.floor(environment.random() * below) };
}

function environmentVariable(name: string): CompiledFetch {
  const value = process.env[name];
  return value === undefined ? { get: () => undefined } : constant(toBytes(value));
}

function variable(name: string, fallback: string | undefined): CompiledFetch {
  const { scope, name: key } = parseVariable(name);
  const otherwise = fallback === undefined ? undefined : toBytes(fallback);
  if (otherwise === undefined) return { get: ({ variables }: SampleContext) => variables.get(scope, key)?.value };
  return {
    get: ({ variables }: SampleContext) =>
      variables.has(scope) ? (variables.get(scope, key)?.value ?? otherwise) : undefined,
  };
}

export const internalFetches: FetchCompilers = {
  date: ([offset, unit]) => date(offset, unit),
  date_us: plain(({ environment }) => Math.floor(environment.now() * 1_000) % 1_000_000),
  env: ([name = '']) => environmentVariable(name),
  hostname: () => constant(hostname()),
  nbproc: () => constant(1),
  proc: () => constant(1),
  rand: ([range]) => random(range),
  stopping: plain(({ environment }) => environment.stopping),
  thread: () => constant(0),
  uuid: plain(() => randomUUID()),
  var: ([name = '', fallback]) => variable(name, fallback),
};

/** For arguments that are a number or a variable that holds one. */
export function compileOperand(text = '0'): (context: SampleContext) => ReturnType<typeof asInteger> {
  if (!text.includes('.')) {
    const number = parseInteger(text);
    return () => number;
  }
  const { scope, name } = parseVariable(text);
  return ({ variables }) => {
    const found = variables.get(scope, name);
    return found === undefined ? undefined : asInteger(found.value);
  };
}

/** An example of docs/examples: its configuration, the servers behind it, and what it promises, as expect.json says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../lab/free-port.ts';
import { repository } from '../../../lab/sluice.ts';

export interface ExampleServer {
  /** "web" is lab/web-server.ts. */
  readonly kind: 'nginx' | 'web' | 'mariadb';
  /** The variable that holds its port. */
  readonly port: string;
  /** The server id of a MariaDB. */
  readonly id?: number;
}

export interface ExampleRequest {
  /** The variable that holds a port, or the path of a unix socket. */
  readonly port: string;
  /** Default: GET. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Address of the client and of Sluice. Default: 127.0.0.1. */
  readonly from?: string;
  readonly to?: string;
  /** How many, one after the other on one connection. Default: 1. */
  readonly count?: number;
  /** How many at the same time, instead. */
  readonly parallel?: number;
}

/** Patterns are regular expressions, in any case of letters, whose ^ and $ stand for those of a line. */
export interface Expectation {
  /** That of every answer, or how many answers have each. */
  readonly status?: number | Readonly<Record<string, number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly notBody?: string;
  /** Those that answered, all of them and no others, or how many answers each gave. */
  readonly servers?: readonly string[] | Readonly<Record<string, number>>;
  /** How often a query was answered with each text. */
  readonly rows?: Readonly<Record<string, number>>;
}

export interface Step {
  /** What it shows; the name of the step in messages. */
  readonly shows: string;
  readonly request?: ExampleRequest;
  readonly query?: { readonly port: string; readonly sql: string; readonly count: number };
  readonly command?: { readonly socket: string; readonly line: string };
  /** Names of servers. */
  readonly stop?: string;
  readonly start?: string;
  readonly expect?: Expectation;
  /** Whether the step is tried until it holds. */
  readonly eventually?: boolean;
}

export interface Example {
  readonly name: string;
  readonly cfg: string;
  /** What each variable stands for: "port", "path", "after:NAME" (the port behind that of NAME) or "text:...". */
  readonly variables: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, ExampleServer>>;
  readonly steps: readonly Step[];
}

const examplesFolder = join(repository, 'docs/examples');

export function loadExamples(): Example[] {
  return readdirSync(examplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      cfg: join('docs/examples', name, 'haproxy.cfg'),
      ...(JSON.parse(readFileSync(join(examplesFolder, name, 'expect.json'), 'utf8')) as Omit<Example, 'name' | 'cfg'>),
    }));
}

/** The environment of one run: free ports and paths below `folder` in the place of the example's own. */
export async function chooseVariables(example: Example, folder: string): Promise<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const [name, kind] of Object.entries(example.variables)) {
    if (kind === 'port') chosen[name] = String(await freePort());
    else if (kind === 'path') chosen[name] = join(folder, name.toLowerCase());
    else if (kind.startsWith('text:')) chosen[name] = kind.slice('text:'.length);
    else if (kind.startsWith('after:')) chosen[name] = String(Number(chosen[kind.slice('after:'.length)]) + 1);
    else throw new Error(`${example.name}: variable ${name} is of unknown kind '${kind}'`);
  }
  return chosen;
}

/** The variables to which a haproxy.cfg itself gives a value: all that a test has to choose. */
export function variablesOf(example: Example): string[] {
  const text = readFileSync(join(repository, example.cfg), 'utf8');
  return [...text.matchAll(/^ *presetenv (\w+)/gm)].map((match) => match[1] ?? '');
}

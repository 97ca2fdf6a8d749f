/** What the catalogue says of a keyword of HAProxy's configuration language: its place and its arguments. */

export type Section =
  | 'global'
  | 'defaults'
  | 'frontend'
  | 'backend'
  | 'listen'
  | 'userlist'
  | 'resolvers'
  | 'peers'
  | 'mailers'
  | 'http-errors'
  | 'cache'
  | 'ring'
  | 'log-forward'
  | 'fcgi-app'
  | 'program';

/** The words that open a section, in the manual's order. */
export const sectionNames: readonly Section[] = [
  'global',
  'defaults',
  'frontend',
  'listen',
  'backend',
  'userlist',
  'peers',
  'mailers',
  'program',
  'http-errors',
  'ring',
  'log-forward',
  'resolvers',
  'cache',
  'fcgi-app',
];

/** A keyword that starts a line. Several words of a name are joined by one space: "timeout client". */
export interface Keyword {
  readonly name: string;
  /** Where the manual allows it; a name may have one entry for each of several groups of sections. */
  readonly sections: readonly Section[];
  /** The fewest arguments with which HAProxy 2.6 takes the line. */
  readonly fewest: number;
  /** The most arguments; Infinity where it takes a list, or ignores what is too much without a word. */
  readonly most: number;
  /** Deprecated (it still works, with a warning) or removed (an error that names the replacement). */
  readonly obsolete?: boolean;
  /** Whether "no" may precede it. */
  readonly negatable?: boolean;
  /** Whether "default" may precede it, says the manual. */
  readonly defaultable?: boolean;
  /** Whether the last word of the name carries an argument in parentheses: "http-check set-var(txn.a)". */
  readonly parentheses?: 'needed' | 'optional';
}

export type KeywordFlags = Omit<Keyword, 'name' | 'sections' | 'fewest' | 'most'>;

/** A word among the parameters of a "bind" or "server" line. */
export interface Parameter {
  readonly name: string;
  /** The fewest and the most words that follow it as its value. */
  readonly fewest: number;
  readonly most: number;
  readonly obsolete?: boolean;
}

/** The keywords of one group: the same sections, counts of arguments and flags. */
export function keywords(
  sections: readonly Section[],
  fewest: number,
  most: number,
  names: readonly string[],
  flags: KeywordFlags = {},
): Keyword[] {
  return names.map((name) => ({ name, sections, fewest, most, ...flags }));
}

/** HAProxy's command line (management manual 2.6, chapter 3). */

export interface Arguments {
  /** Configuration files and folders, in order. */
  readonly files: readonly string[];
  /** "" for none, here and below. */
  readonly directory: string;
  readonly pidfile: string;
  /** The expression of -cc; undefined without. */
  readonly condition: string | undefined;
  readonly version: '' | 'short' | 'long';
  readonly check: boolean;
  readonly daemon: boolean;
  readonly masterWorker: boolean;
  /** -db: neither -D nor -W, nor what the configuration says of them. */
  readonly foreground: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** -dW: a warning counts as an error. */
  readonly strict: boolean;
  /** -dD: tell what is suspicious. */
  readonly diagnostics: boolean;
  /** Processes to be replaced, and whether they may finish what they have (-sf) or not (-st). */
  readonly replaces: readonly number[];
  readonly gently: boolean;
}

type Mutable = { -readonly [Name in keyof Arguments]: Arguments[Name] } & { files: string[]; replaces: number[] };

/** Flags with an argument of no effect here: limits, names and sockets of a master. */
const ignoredWithArgument = new Set(['-n', '-N', '-m', '-L', '-S', '-x']);

/** Debugging flags of HAProxy's own machinery. */
const ignored = /^-d(M.*|I|r|V|L|K.*|e|p|S|G|R|h|t|s|F|C.*)?$/;

/** Reads the arguments after the program's name; a problem in words when they cannot be. */
export function readArguments(words: readonly string[]): Arguments | { problem: string } {
  const found: Mutable = {
    files: [],
    directory: '',
    pidfile: '',
    condition: undefined,
    version: '',
    check: false,
    daemon: false,
    masterWorker: false,
    foreground: false,
    debug: false,
    quiet: false,
    verbose: false,
    strict: false,
    diagnostics: false,
    replaces: [],
    gently: true,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      found.files.push(...words.slice(at + 1));
      break;
    }
    if (word === '-sf' || word === '-st') {
      found.gently = word === '-sf';
      while (/^[0-9]+$/.test(words[at + 1] ?? '')) found.replaces.push(Number(words[++at]));
    } else if (word === '-f' || word === '-C' || word === '-p' || word === '-cc' || ignoredWithArgument.has(word)) {
      const value = words[++at];
      if (value === undefined) return { problem: `${word} needs an argument` };
      if (word === '-f') found.files.push(value);
      else if (word === '-C') found.directory = value;
      else if (word === '-p') found.pidfile = value;
      else if (word === '-cc') found.condition = value;
    } else if (!setFlag(found, word)) return { problem: `unknown option '${word}'` };
  }
  return found;
}

function setFlag(found: Mutable, word: string): boolean {
  switch (word) {
    case '-v':
      found.version = 'short';
      return true;
    case '-vv':
      found.version = 'long';
      return true;
    case '-c':
      found.check = true;
      return true;
    case '-D':
      found.daemon = true;
      return true;
    case '-W':
    case '-Ws':
      found.masterWorker = true;
      return true;
    case '-d':
      found.debug = true;
      return true;
    case '-db':
      found.foreground = true;
      return true;
    case '-dW':
      found.strict = true;
      return true;
    case '-dD':
      found.diagnostics = true;
      return true;
    case '-q':
      found.quiet = true;
      return true;
    case '-V':
      found.verbose = true;
      return true;
    default:
      return ignored.test(word);
  }
}

export const usage = `Usage : sluice [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ] [ -N <maxpconn> ]
        [ -p <pidfile> ] [ -m <max megs> ] [ -C <dir> ] [-- <cfgfile>*]
        -v displays version ; -vv shows known build options.
        -d enters debug mode ; -db only disables background mode.
        -V enters verbose mode (disables quiet mode)
        -D goes daemon ; -C changes to <dir> before loading files.
        -W master-worker mode.
        -q quiet mode : don't display messages
        -c check mode : only check config files and exit
        -cc check condition : evaluate a condition and exit
        -p writes the pid of the supervisor to this file
        -dW fails if any warning is emitted
        -dD diagnostic mode : tell of suspicious configuration statements and of those without effect
        -sf/-st [pid ]* finishes/terminates old pids.
        -n -N -m -L -S -x and other -d flags are accepted without effect.
`;

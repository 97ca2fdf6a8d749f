/** Where Sluice means to say something else than HAProxy of a wrong file, and why. */

export interface Difference {
  readonly reason: string;
  /** What differs: the words alone, or whether the file is refused and where. */
  readonly kind: 'words' | 'verdict';
}

const lessThanAsked = 'HAProxy takes what is no number, or missing, for 0 or for nothing; that is never what was meant';
const expressions = 'Sluice tells where in the expression, and what is missing';
const actions = 'HAProxy lists all actions it was built with, Sluice the nearest one';

function words(reason: string): Difference {
  return { reason, kind: 'words' };
}

function verdict(reason: string): Difference {
  return { reason, kind: 'verdict' };
}

/** By the name of the file. */
export const differences: Readonly<Record<string, Difference>> = {
  'a unique-id-format that cannot be read': words('Sluice tells the column and what may have been meant'),
  'a listen with the name of a backend': verdict('a listen is a backend too, and backends are known by name'),
  'an address on the line of a listen': verdict('HAProxy only fails as no listener is left'),
  'an address on the line of a backend': verdict('HAProxy passes over it in silence'),
  'names of fields with two policies': words('HAProxy leaves out the name of the option'),
  'an id for all servers': verdict('HAProxy reports an alert of no consequence'),
  'a priority on a connection': words(actions),
  'a second maxconn': verdict('HAProxy reports an alert of no consequence; the limit has no effect in Sluice'),
  'stats timeout without a time': words('HAProxy quotes a character behind the end of the text'),
  'an unknown user': words('HAProxy adds the error number of a success'),
  'an unknown group': words('HAProxy adds the error number of a success'),
  'no before what cannot be negated': words('HAProxy reads on behind "no"; one message is enough'),
  'retries that are no number': verdict(lessThanAsked),
  'a maxconn that is no number': verdict('Sluice has no limit of this kind yet, whatever its number'),
  'an errorfile that does not exist': words('Sluice adds the reason'),
  'an http-error of a file that does not exist': words('Sluice adds the reason'),
  'an http-error of a group that does not exist': verdict('HAProxy tells it once it has read all'),
  'a bind to an unknown host': words('Sluice looks up no names for binds'),
  'a use_backend without a condition behind if': verdict('HAProxy takes it for a condition that always holds'),
  'an acl without a name': words('HAProxy prints bytes that are no text'),
  'an acl without a pattern': verdict('HAProxy warns of an ACL that never matches'),
  'an acl of an unknown criterion': words('it may be one that only Sluice lacks'),
  'an acl of a bad number': words('Sluice does not have the criterion yet'),
  'an http-request without an action': words(actions),
  'an http-request of an unknown action': words(actions),
  'an http-request of a misspelt action': words(actions),
  'an http-check with an unknown word': words('the list is in the order of the manual'),
  'a password of an unknown hash': verdict('HAProxy takes it, and no password ever fits'),
  'an http-request auth of a userlist that is not there': words('HAProxy tells the argument and the proxy'),
  'an expression about a stick table that defaults do not have': words('HAProxy tells the argument and the proxy'),
  'use_backend in a backend': verdict('HAProxy ignores the line with a warning and follows it all the same'),
  'default_backend in a backend': verdict('HAProxy ignores the line with a warning and follows it all the same'),
  'a server of an unknown host': verdict('Sluice looks names up when it connects'),
  'a server with a weight that is no number': verdict(lessThanAsked),
  'a server without the number of its weight': verdict(lessThanAsked),
  'a server with an interval in an unknown unit': words('HAProxy speaks of agent-inter'),
  'a server with a maxconn that is missing': verdict(lessThanAsked),
  'an http-check with an unknown fetch': words(expressions),
  'an http-check about a request': words(expressions),
  'an http-check that sends an unknown fetch': words(expressions),
  'a variable of an unknown fetch': words(expressions),
  'a variable of a client': words(expressions),
  'a variable of a request': words(expressions),
  'a variable of a backend': words(expressions),
  'a variable of an unknown converter': words(expressions),
  'a text with an unknown fetch': words(expressions),
  'a text with a client': words(expressions),
  'a text with an unknown variable': words(expressions),
  'a tcp frontend with an http backend': verdict('HAProxy reads HTTP in the backend then; Sluice does not'),
};

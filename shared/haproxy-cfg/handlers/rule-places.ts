/** Where rules stand, and what their conditions ask for that is never there. */
import { parseAcl } from '../../language/parse-acl.ts';
import { predefinedAcls } from '../../language/predefined-acls.ts';
import { findPlaceProblem } from '../../language/sample-types.ts';
import type { AclTest } from '../../model/acl.ts';
import { type ProxyDraft, wordOf } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';

/** A kind of rules: what HAProxy knows where they are evaluated, whatever the mode. */
export interface RulePlace {
  readonly place: 'connection' | 'http-request' | 'http-response';
  /** How HAProxy names the place, such as "frontend http-response header rule"; undefined where it does not look. */
  readonly name: string | undefined;
  /** The rule set that warnings name, such as "tcp-request content"; undefined for those of HTTP. */
  readonly tcpSet?: string | undefined;
  /** Whether the backend is still to be chosen. */
  readonly beforeBackend?: boolean;
}

/** The place of a line whose keyword is one of those with conditions. */
export function placeOfRule(keyword: string, { kind }: Pick<ProxyDraft, 'kind'>): RulePlace {
  // A section that is both, or will be one of them, counts as the side that comes first.
  const side = kind === 'backend' ? 'backend' : 'frontend';
  switch (keyword) {
    case 'http-request':
    case 'redirect':
      return {
        place: 'http-request',
        name: `${side} http-request header rule`,
        beforeBackend: kind === 'frontend',
      };
    case 'http-response':
    case 'http-after-response':
      return {
        place: 'http-response',
        name: `${kind === 'frontend' ? kind : 'backend'} http-response header rule`,
      };
    case 'tcp-request connection':
    case 'tcp-request session':
      return { place: 'connection', name: `frontend ${keyword} rule`, tcpSet: keyword };
    case 'tcp-request content':
      return {
        place: 'http-request',
        name: `${side} ${keyword} rule`,
        tcpSet: keyword,
        beforeBackend: kind === 'frontend',
      };
    case 'tcp-response content':
      return { place: 'http-response', name: `backend ${keyword} rule`, tcpSet: keyword };
    case 'use_backend':
      return { place: 'http-request', name: 'frontend use-backend rule', beforeBackend: true };
    case 'stick store-response':
      return { place: 'http-response', name: 'backend stick-store rule' };
    case 'monitor fail':
      return { place: 'http-request', name: undefined };
    default:
      return { place: 'http-request', name: 'backend use-server, balance or stick-match rule' };
  }
}

/** What is wrong with one ACL of a condition. */
export interface Miss {
  /** Name of the ACL; "" for one without. */
  readonly acl: string;
  /** The first keyword of it that does not fit. */
  readonly keyword: string;
  /** Whether no test of it can hold. */
  readonly whole: boolean;
}

/** Tells what HAProxy tells of a condition: of one ACL that cannot hold at all, else of one that can in part. */
export function warnOfMisses(statement: Statement, { name, tcpSet }: RulePlace, misses: readonly Miss[]): void {
  const miss = misses.find(({ whole }) => whole) ?? misses[0];
  if (miss === undefined || name === undefined) return;
  const { acl, keyword, whole } = miss;
  const subject = acl === '' ? 'anonymous acl' : `acl '${acl}'`;
  const never = tcpSet === undefined ? 'will never match' : `will never match in '${tcpSet}'`;
  if (!whole) {
    const keywords = tcpSet === undefined ? 'keywords' : 'keyword';
    statement.warn(`${subject} involves ${keywords} '${keyword}' which is incompatible with '${name}'`);
  } else if (acl === '') {
    statement.warn(`${subject} ${never} because it uses keyword '${keyword}' which is incompatible with '${name}'`);
  } else {
    statement.warn(`${subject} ${never} because it only involves keywords that are incompatible with '${name}'`);
  }
}

/** What a test of an ACL is to a place. */
export interface Fit {
  /** Whether HAProxy warns of it. */
  readonly warned: boolean;
  /** Why it never holds; undefined where it may. */
  readonly problem: string | undefined;
}

/** HAProxy says nothing of these where they are not there. */
const untold: Readonly<Record<string, RulePlace['place']>> = {
  'capture.res.ver': 'http-request',
  'unique-id': 'connection',
};

/** Known before the backend is chosen, as those of the frontend; HAProxy warns of them all the same. */
const ofBackend = ['be_id', 'be_name', 'be_server_timeout', 'be_tunnel_timeout'];

export function fitOfTest(test: AclTest, place: RulePlace): Fit {
  return fitOf(parseAcl(test).sample.fetch, place);
}

export function fitOfPredefined(name: string, place: RulePlace): Fit {
  const acl = predefinedAcls.get(name);
  return acl === undefined ? { warned: false, problem: undefined } : fitOf(acl.sample.fetch, place);
}

type Asked = ReturnType<typeof parseAcl>['sample']['fetch'];

function fitOf({ name, needs }: Asked, { place, beforeBackend, tcpSet }: RulePlace): Fit {
  const problem = findPlaceProblem(needs, place);
  if (problem === undefined) {
    const isEarly = tcpSet === 'tcp-request connection' && /^ssl_(?:c|f|fc)_/.test(name);
    return { warned: isEarly || (beforeBackend === true && ofBackend.includes(name)), problem };
  }
  return { warned: untold[name] !== place, problem: `"${name}" ${problem}` };
}

/** "error detected in frontend 'web'", as messages begin that are about a rule. */
export function errorIn(draft: Pick<ProxyDraft, 'kind' | 'name'>): string {
  return `error detected in ${wordOf(draft)} '${draft.name}'`;
}

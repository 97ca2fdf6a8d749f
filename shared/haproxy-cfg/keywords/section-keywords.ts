/** The keywords of the sections other than global and the proxies (configuration manual 2.6: 3.4 to 3.10, 5.3, 6, 10). */
import { type Keyword, keywords, type Section } from './keyword.ts';

const userlist: readonly Section[] = ['userlist'];
const peers: readonly Section[] = ['peers'];
const mailers: readonly Section[] = ['mailers'];
const program: readonly Section[] = ['program'];
const httpErrors: readonly Section[] = ['http-errors'];
const ring: readonly Section[] = ['ring'];
const logForward: readonly Section[] = ['log-forward'];
const resolvers: readonly Section[] = ['resolvers'];
const cache: readonly Section[] = ['cache'];
const fcgiApp: readonly Section[] = ['fcgi-app'];

export const sectionKeywords: readonly Keyword[] = [
  ...keywords(userlist, 1, Infinity, ['group', 'user']),

  ...keywords(peers, 0, Infinity, ['bind', 'default-bind', 'default-server', 'disabled', 'enabled']),
  ...keywords(peers, 0, Infinity, ['peer', 'server']),
  ...keywords(peers, 1, Infinity, ['log'], { negatable: true }),
  ...keywords(peers, 5, Infinity, ['table']),

  ...keywords(mailers, 2, Infinity, ['mailer']),
  ...keywords(mailers, 1, Infinity, ['timeout mail']),

  ...keywords(program, 1, Infinity, ['command']),
  ...keywords(program, 1, 1, ['group', 'user']),
  ...keywords(program, 0, 0, ['option start-on-reload'], { negatable: true, defaultable: true }),

  ...keywords(httpErrors, 2, Infinity, ['errorfile']),

  ...keywords(ring, 1, Infinity, ['backing-file', 'description', 'format', 'maxlen', 'size']),
  ...keywords(ring, 1, Infinity, ['timeout connect', 'timeout server']),
  ...keywords(ring, 2, Infinity, ['server']),

  ...keywords(logForward, 1, 1, ['backlog', 'maxconn']),
  ...keywords(logForward, 0, Infinity, ['bind', 'dgram-bind']),
  ...keywords(logForward, 1, Infinity, ['log'], { negatable: true }),
  ...keywords(logForward, 1, Infinity, ['timeout client']),

  ...keywords(resolvers, 1, Infinity, ['accepted_payload_size', 'resolve_retries']),
  ...keywords(resolvers, 2, Infinity, ['hold', 'nameserver']),
  ...keywords(resolvers, 0, Infinity, ['parse-resolv-conf']),
  ...keywords(resolvers, 1, Infinity, ['timeout resolve', 'timeout retry']),
  ...keywords(resolvers, 0, Infinity, ['resolution_pool_size'], { obsolete: true }),

  ...keywords(cache, 1, 1, ['max-age', 'max-object-size', 'max-secondary-entries', 'process-vary', 'total-max-size']),

  ...keywords(fcgiApp, 1, Infinity, ['acl', 'log-stderr', 'pass-header']),
  ...keywords(fcgiApp, 1, 1, ['docroot', 'index', 'path-info', 'option max-reqs']),
  ...keywords(fcgiApp, 2, Infinity, ['set-param']),
  ...keywords(fcgiApp, 0, 0, ['option get-values', 'option keep-conn', 'option mpxs-conns'], {
    negatable: true,
    defaultable: true,
  }),
];

/** Rules that ask for user and password. */
import type { Case } from './cases.ts';

const basic = (text: string) => `Basic ${Buffer.from(text, 'latin1').toString('base64')}`;

const fields = [
  '',
  ...['ann:secret', 'ann:wrong', 'bob:elgato', 'bob:elgat', 'carl:hello', 'dora:secret', 'dora:secretx'].map(basic),
  ...['eve:secret', 'fay:secret', 'gus:', 'gus:x', 'hal:*', 'hal:', 'nobody:x', 'bob', 'bob:elgato:'].map(basic),
  basic('bob:elgato').replace('Basic', 'bASIC'),
  basic('bob:elgato').replace(' ', '  '),
  basic('bob:elgato').replaceAll('=', ''),
  `${basic('bob:elgato')} x`,
  'Basic c2NvdHQ6ZWxnYXRv!',
  'Basic',
  'Bearer x',
];

const ask = (path: string, authorization: string) =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\n${authorization === '' ? '' : `Authorization: ${authorization}\r\n`}Connection: close\r\n\r\n`;

export const authCases: readonly Case[] = [
  {
    name: 'users and groups',
    sections: [
      'userlist staff',
      ' group one users ann,bob',
      ' group two users carl,bob',
      ' user ann password $6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.',
      ' user bob insecure-password elgato',
      ' user carl insecure-password hello',
      ' user dora password abNANd1rDfiNc',
      ' user eve password $1$ab$dslkcXxVH.x8LwW1W/oAB/',
      ' user fay password $5$rounds=2000$ab$S57K76qGLSIzIuYPz9HfRivusTHvro.xZ93GqFL8oX8 groups one',
      ' user gus insecure-password ""',
      ' user hal password *',
    ],
    frontend: [
      'acl known http_auth(staff)',
      'acl one http_auth_group(staff) one',
      'acl both http_auth_group(staff) two one',
      'http-request set-header X-One yes if one',
      'http-request set-header X-Both yes if both',
      'http-request set-header X-Who "%[http_auth(staff)] %[http_auth_group(staff)] %[http_auth_user] %[http_auth_pass] %[http_auth_type]"',
      'http-request allow if { path /open }',
      'http-request auth realm "the site" unless known',
      'log-format "%ST %ts %HU"',
    ],
    requests: [
      ...fields.map((text) => ask('/', text)),
      ...fields.map((text) => ask('/open', text)),
      'HEAD / HTTP/1.0\r\n\r\n',
    ],
  },
  {
    name: 'users that only rules of defaults ask for',
    // A password that no other case asks for: what was found out once is kept.
    sections: [
      'userlist guests',
      ' user ivy password $6$abcdefgh$nlUH9vf6.6ykeEAhJyma47Uavb.WJa5CCa/33efefVFNx6YUdmTmFV5LkTiOCvo1TqeNk2VWQ0IHCeESl0mNY.',
    ],
    frontend: [],
    backendDefaults: ['acl known http_auth(guests)', 'http-request auth unless known'],
    requests: ['', 'ivy:visitor', 'ivy:other'].map((text) => ask('/', text === '' ? '' : basic(text))),
  },
  {
    name: 'the realm of a backend',
    frontend: ['http-response deny', 'http-after-response set-header X-After 1'],
    backend: ['http-request auth'],
    requests: [ask('/', '')],
  },
];

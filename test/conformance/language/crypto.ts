/** Expressions that hash, decrypt and verify signatures, with the keys that they name. */
import { createCipheriv, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** A token whose signature is what `signed` makes of its first two parts. */
function token(algorithm: string, signed: (text: string) => Buffer): string {
  const text = `${base64url(JSON.stringify({ alg: algorithm }))}.${base64url('{"sub":"x"}')}`;
  return `${text}.${signed(text).toString('base64url')}`;
}

const secret = 'very secret';
const hmac = (bits: number) => token(`HS${bits}`, (text) => createHmac(`sha${bits}`, secret).update(text).digest());

/** Expressions over tokens; public keys are written into the folder. */
export async function jwtExpressions(folder: string): Promise<string[]> {
  const path = (name: string) => join(folder, `${name}.pem`);
  const write = async (name: string, { publicKey }: { publicKey: KeyObject }) =>
    writeFile(path(name), publicKey.export({ type: 'spki', format: 'pem' }));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const curves = ['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
  const edwards = generateKeyPairSync('ed25519');
  await write('rsa', rsa);
  await write('edwards', edwards);
  for (const [index, pair] of curves.entries()) await write(`curve${index}`, pair);
  await writeFile(path('private'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(path('pkcs1'), rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }));

  const bits = [256, 384, 512];
  const rsaTokens = bits.map((size) =>
    token(`RS${size}`, (text) => sign(`sha${size}`, Buffer.from(text), rsa.privateKey)),
  );
  const curveTokens = bits.map((size, index) => {
    const key = (curves[index] as { privateKey: KeyObject }).privateKey;
    return token(`ES${size}`, (text) => sign(`sha${size}`, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }));
  });
  const [hs256, rs256 = '', es256 = ''] = [hmac(256), rsaTokens[0], curveTokens[0]];
  const none = token('none', () => Buffer.alloc(0));
  const broken = (text: string) => [
    ...[`${text}=`, `${text}.`, `${text}.x`, `.${text}`, `${text}A`, `${text}!`, text.slice(0, -1), text.slice(0, -4)],
    ...[text.replace('.', '..'), text.replace(/\.[^.]*$/, ''), text.replace(/[^.]*$/, ''), `x${text}`],
  ];
  const cases: [text: string, algorithm: string, key: string][] = [
    ...bits.flatMap((size) => bits.map((other): [string, string, string] => [hmac(size), `HS${other}`, secret])),
    ...rsaTokens.flatMap((text) => bits.map((size): [string, string, string] => [text, `RS${size}`, path('rsa')])),
    ...curveTokens.flatMap((text) =>
      bits.flatMap((size) =>
        [0, 1, 2].map((key): [string, string, string] => [text, `ES${size}`, path(`curve${key}`)]),
      ),
    ),
    ...broken(hs256).map((text): [string, string, string] => [text, 'HS256', secret]),
    ...broken(rs256).map((text): [string, string, string] => [text, 'RS256', path('rsa')]),
    ...broken(es256).map((text): [string, string, string] => [text, 'ES256', path('curve0')]),
    ...[none, hs256, 'a.b', 'a', '', '..', '.', 'a.b.c', 'a.b.c.d', 'a..', '.b.'].flatMap(
      (text): [string, string, string][] => [
        [text, 'none', ''],
        [text, 'HS256', secret],
        [text, 'ES256', path('curve0')],
      ],
    ),
    ...['private', 'missing', 'pkcs1', 'edwards', 'curve0'].map((key): [string, string, string] => [
      rs256,
      'RS256',
      path(key),
    ]),
    ...['rsa', 'edwards'].map((key): [string, string, string] => [es256, 'ES256', path(key)]),
    [hs256, 'HS256', 'wrong'],
  ];
  const constant = cases.map(([text, algorithm, key]) => `str('${text}'),jwt_verify(${algorithm},'${key}')`);
  const named = ['HS256', 'PS256', 'FOO', 'hs256', 'RS256', 'none'].flatMap((algorithm) => [
    `str(${algorithm}),set-var(txn.a),concat,regsub('.*','${hs256}'),jwt_verify(txn.a,'${secret}')`,
    `str(${path('rsa')}),set-var(txn.k),regsub('.*','${rs256}'),jwt_verify(RS256,txn.k)`,
  ]);
  return [...constant, ...named, `str(${hs256}),jwt_verify(txn.none,x)`, `str(${hs256}),jwt_verify(HS256,txn.none)`];
}

const bytes = (length: number, from: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (from + index * 7) & 255));

function encrypted(bits: 128 | 192 | 256, nonceLength: number, tagLength: number): string {
  const [key, nonce] = [bytes(bits / 8, bits), bytes(nonceLength, 3)];
  const cipher = createCipheriv(`aes-${bits}-gcm`, key, nonce, { authTagLength: tagLength });
  const text = Buffer.concat([cipher.update('hello, world'), cipher.final()]).toString('hex');
  const args = [nonce, key, cipher.getAuthTag()].map((part) => part.toString('base64'));
  return `bin(${text}),aes_gcm_dec(${bits},${args.join(',')})`;
}

const sizes = [128, 192, 256] as const;
export const cipherExpressions: readonly string[] = [
  ...sizes.flatMap((size) => [12, 1, 16, 60].flatMap((nonce) => [16, 12, 4].map((tag) => encrypted(size, nonce, tag)))),
  encrypted(128, 12, 16).replace('bin(', 'bin(00'),
  encrypted(128, 12, 16).replace('gcm_dec(128', 'gcm_dec(256'),
  encrypted(256, 12, 16).replace('gcm_dec(256', 'gcm_dec(128'),
  'str(a),aes_gcm_dec(128,txn.none,AAAAAAAAAAAAAAAAAAAAAA==,AAAAAAAAAAAAAAAAAAAAAA==)',
  'str(x),set-var(txn.v),aes_gcm_dec(128,txn.v,AAAAAAAAAAAAAAAAAAAAAA==,AAAAAAAAAAAAAAAAAAAAAA==)',
];

const seeds = ['', '(0)', '(1)', '(-1)', '(81985529216486895)', '(9223372036854775807)'];
const lengths = [
  1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 96, 97, 128, 129, 160, 239, 240, 241, 256, 511, 512, 1023, 1024, 1025,
];
export const hashExpressions: readonly string[] = [
  ...seeds.map((seed) => `str(),xxh3${seed}`),
  ...lengths.flatMap((length) => seeds.map((seed) => `bin(${bytes(length, length).toString('hex')}),xxh3${seed}`)),
];

/** What HAProxy refuses. */
export const refusedCryptoExpressions: readonly string[] = [
  ...[
    'str(a),jwt_verify(HS999,k)',
    'str(a),jwt_verify(PS256,k)',
    'str(a),jwt_verify(hs256,k)',
    'str(a),jwt_verify(RS256)',
  ],
  ...['str(a),aes_gcm_dec(100,AAAA,AAAA,AAAA)', 'str(a),aes_gcm_dec(128,a,b,c)', 'str(a),aes_gcm_dec(128,AAAA,AAAA)'],
  ...['str(a),xxh3(a)', 'str(a),xxh3(1,2)'],
];

/** Passwords are checked as crypt(3) does, each pair once. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { desCrypt } from '../../../data-plane/passwords/des-crypt.ts';
import { md5Crypt } from '../../../data-plane/passwords/md5-crypt.ts';
import { PasswordChecks } from '../../../data-plane/passwords/password-checks.ts';
import { shaCrypt } from '../../../data-plane/passwords/sha-crypt.ts';
import { verifyPassword } from '../../../data-plane/passwords/verify-password.ts';
import { parsePasswordHash } from '../../../shared/model/password-hash.ts';
import { waitFor } from '../../support/wait-for.ts';

const passwords = ['', 'a', 'secret', '12345678', '123456789', '0123456789abcdef0', 'x'.repeat(70), 'pässwörd'];

/** What the C library makes, as Perl tells; undefined without Perl. */
function crypt(password: string, salt: string): string | undefined {
  try {
    return execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', password, salt]).toString();
  } catch {
    return undefined;
  }
}

suite('hashes', () => {
  test('are those of the specification of SHA-crypt', () => {
    const known = [
      '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
      '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ];
    for (const hash of known) assert.equal(verifyPassword(Buffer.from('Hello world!'), hash), true, hash);
  });

  test('are those of crypt(3)', (t) => {
    if (crypt('a', 'ab') === undefined) {
      t.skip('perl is not installed');
      return;
    }
    for (const password of passwords) {
      const bytes = Buffer.from(password);
      for (const salt of ['ab', '..', 'zz', '/9']) assert.equal(desCrypt(bytes, salt), crypt(password, salt));
      for (const salt of ['', 'ab', 'saltsalt']) assert.equal(md5Crypt(bytes, salt), crypt(password, `$1$${salt}$`));
      for (const kind of ['5', '6'] as const) {
        assert.equal(shaCrypt(bytes, kind, 'salt', undefined), crypt(password, `$${kind}$salt$`));
        assert.equal(shaCrypt(bytes, kind, '', 1_234), crypt(password, `$${kind}$rounds=1234$$`));
      }
    }
  });

  test('of what is locked, or another password, or too long, fit nothing', () => {
    const hash = md5Crypt(Buffer.from('secret'), 'ab');
    assert.equal(verifyPassword(Buffer.from('secret'), hash), true);
    assert.equal(verifyPassword(Buffer.from('Secret'), hash), false);
    assert.equal(verifyPassword(Buffer.from('secret'), `!${hash}`), false);
    const long = Buffer.from('x'.repeat(513));
    assert.equal(verifyPassword(long, md5Crypt(long, 'ab')), false);
  });

  test('of other kinds are named', () => {
    const problem = (text: string) => {
      const parsed = parsePasswordHash(text);
      return 'problem' in parsed ? parsed.problem : '';
    };
    assert.match(problem('$2y$10$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'), /a hash of bcrypt/);
    assert.match(problem('$y$j9T$abc$def'), /a hash of yescrypt/);
    assert.match(problem('secret'), /no hash of crypt\(3\) that Sluice knows/);
    assert.match(problem(`$5$rounds=2000000$ab$${'x'.repeat(43)}`), /more than 1000000 rounds/);
    assert.equal(problem('*'), '');
  });
});

suite('checks', () => {
  test('are made once, for all who ask meanwhile', async () => {
    const checks = new PasswordChecks();
    const hash = shaCrypt(Buffer.from('secret'), '5', 'ab', 1_000);
    assert.equal(checks.verdict('secret', hash), undefined);
    let told = 0;
    for (let asked = 0; asked < 3; asked++) checks.check('secret', hash, () => told++);
    checks.check('wrong', hash, () => told++);
    await waitFor('all are told', () => told === 4);
    assert.equal(checks.verdict('secret', hash), true);
    assert.equal(checks.verdict('wrong', hash), false);
    assert.equal(checks.verdict('other', hash), undefined);
    checks.close();
  });

  test('that are too many at a time are given up', async () => {
    const checks = new PasswordChecks();
    const hash = shaCrypt(Buffer.from('secret'), '5', 'ab', 1_000);
    let told = 0;
    for (let asked = 0; asked < 1_001; asked++) checks.check(`wrong ${asked}`, hash, () => told++);
    await waitFor('one is told', () => told > 0);
    assert.equal(checks.verdict('wrong 1000', hash), undefined);
    checks.close();
    await waitFor('the others are told', () => told === 1_001);
  });
});

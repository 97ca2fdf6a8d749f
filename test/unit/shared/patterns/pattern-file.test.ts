/** Maps and ACL files as texts, their entries, and where a config names them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEntryProblem } from '../../../../shared/patterns/check-entries.ts';
import { PackedEntries } from '../../../../shared/patterns/packed-entries.ts';
import { type PatternKind, writePatterns } from '../../../../shared/patterns/pattern-file.ts';
import { applyChange, PatternList } from '../../../../shared/patterns/pattern-list.ts';
import { checkPatternUses, findPatternUses } from '../../../../shared/patterns/pattern-uses.ts';

const parsePatterns = (kind: PatternKind, text: string) => PackedEntries.parse(kind, Buffer.from(text)).contents();

test('comments and empty lines are left out, white space stays where it counts', () => {
  assert.deepEqual(parsePatterns('acl', '# no\n\n  a b \r\n\t#c\n'), ['a b ', '#c']);
  assert.deepEqual(parsePatterns('map', '#no\n a\tone two \nb\n\nc  3'), ['a', 'one two', 'b', '', 'c', '3']);
});

test('what is written reads back', () => {
  const map = ['#a', 'one two', 'b', '', 'c', '#3'];
  assert.deepEqual(parsePatterns('map', writePatterns('map', map)), map);
  const patterns = ['#a', 'b c ', 'd'];
  assert.deepEqual(parsePatterns('acl', writePatterns('acl', patterns)), patterns);
});

test('changes leave the order of the others alone', () => {
  const list = new PatternList('map', ['a', '1', 'b', '2', 'a', '3', 'c', '4']);
  assert.equal(applyChange(list, ['set', 'a', '9']), true);
  assert.equal(applyChange(list, ['set', 'a', '9']), false);
  assert.equal(applyChange(list, ['set', 'd', '5']), true);
  assert.equal(applyChange(list, ['set-one', 'a', 1, '7']), true);
  assert.deepEqual(list.contents(), ['a', '9', 'b', '2', 'a', '7', 'c', '4', 'd', '5']);
  assert.equal(applyChange(list, ['del-one', 'a', 0]), true);
  assert.equal(applyChange(list, ['del', 'zz']), false);
  assert.equal(applyChange(list, ['del', 'b']), true);
  assert.equal(applyChange(list, ['add', 'a', '8']), true);
  assert.deepEqual(list.contents(), ['a', '7', 'c', '4', 'd', '5', 'a', '8']);
  assert.equal(applyChange(list, ['del', 'a']), true);
  assert.deepEqual(list.contents(), ['c', '4', 'd', '5']);
});

test('a list is packed as it is, changed or not, in the texts of either encoding', () => {
  for (const encoding of ['latin1', 'utf8'] as const) {
    const given = PackedEntries.from('map', ['a', '1', '\xf6', '\xfc', 'a', '3', '', ''], encoding);
    const list = new PatternList('map', given);
    assert.equal(list.pack(), given);
    assert.deepEqual(given.contents(), ['a', '1', '\xf6', '\xfc', 'a', '3', '', '']);
    const [umlaut] = list.find('\xf6');
    assert.deepEqual([umlaut?.value, umlaut?.order, list.find('\xf6')[0] === umlaut], ['\xfc', 2, true]);
    applyChange(list, ['set-one', 'a', 1, '2']);
    applyChange(list, ['add', 'a', '4']);
    assert.deepEqual(
      list.find('a').map(({ value }) => value),
      ['1', '2', '4'],
    );
    applyChange(list, ['del-one', 'a', 0]);
    const changed = ['\xf6', '\xfc', 'a', '2', '', '', 'a', '4'];
    assert.deepEqual([list.size, list.contents()], [4, changed]);
    assert.ok(list.pack().equals(PackedEntries.from('map', changed, encoding)));
    assert.ok(!list.pack().equals(given));
    list.fill(given);
    assert.deepEqual([list.size, list.find('a').length, list.pack() === given], [4, 2, true]);
  }
  const moved = PackedEntries.parse('map', Buffer.from('#\n  a  1 \n'));
  assert.ok(moved.equals(PackedEntries.from('map', ['a', '1'])));
});

test('entries are refused where a use cannot take them', () => {
  const plain = { ignoreCase: false, output: undefined };
  assert.equal(findEntryProblem({ ...plain, match: 'str' }, '(', ''), undefined);
  assert.match(findEntryProblem({ ...plain, match: 'reg' }, '(', '') ?? '', /^regex '\(' is invalid: /);
  assert.equal(findEntryProblem({ ...plain, match: 'ip' }, 'x', ''), "'x' is not a valid IPv4 or IPv6 address");
  assert.equal(findEntryProblem({ ...plain, match: 'ip' }, '10.0.0.0/255.0.255.0', ''), undefined);
  assert.equal(findEntryProblem({ ...plain, match: 'int' }, '9:5', ''), "'9:5' is not a valid number range");
  assert.equal(findEntryProblem({ ...plain, match: 'int' }, 'gt 5', ''), "'gt 5' is not a number");
  assert.equal(findEntryProblem({ ...plain, match: 'str', output: 'int' }, 'k', '0x10'), "unable to parse '0x10'");
  assert.equal(findEntryProblem({ ...plain, match: 'str', output: 'ip' }, 'k', '::1'), undefined);
});

const config = {
  frontends: [
    {
      name: 'web',
      acls: [
        { name: 'bad', criterion: 'src', flags: ['-f bad'], or: [{ criterion: 'hdr(a),map_beg(m)', values: ['x'] }] },
      ],
      httpRequestRules: [
        { name: 'r1', action: 'deny', if: '{ path -i -m beg -M -f m -- /x } bad' },
        { name: 'r2', action: 'set-header', header: 'x', value: '%{+Q}[src,map_ip_int(n,5)] %[path]' },
        { name: 'r3', action: 'set-var', variable: 'txn.a', expression: "str(a),map_regm('o p')" },
        { name: 'r4', action: 'add-acl', aclFile: 'bad', key: '%[src]' },
      ],
    },
  ],
  backends: [],
};

test('every place that names a map or a file is found', () => {
  const found = findPatternUses(config).map(({ kind, name, match, output, pointer, path }) =>
    [kind, name, match, output, pointer, path].join(' '),
  );
  assert.deepEqual(found, [
    'acl bad ip  /acls/0/flags /frontends/web/acls/bad',
    'map m beg str /acls/0/or/0/criterion /frontends/web/acls/bad',
    'map m beg  /httpRequestRules/0/if /frontends/web/http-request-rules/r1',
    'map n ip int /httpRequestRules/1/value /frontends/web/http-request-rules/r2',
    'map o p regm str /httpRequestRules/2/expression /frontends/web/http-request-rules/r3',
    'acl bad   /httpRequestRules/3/aclFile /frontends/web/http-request-rules/r4',
  ]);
});

test('files that are not there are told by place', () => {
  const known = { has: (kind: string, name: string) => kind === 'acl' && name === 'n', names: () => ['bat', 'm2'] };
  const errors = checkPatternUses(findPatternUses(config), known);
  assert.deepEqual(errors.slice(0, 1), [
    { resource: '/frontends/web', pointer: '/acls/0/flags', detail: 'there is no ACL file "bad"; did you mean "bat"?' },
  ]);
  assert.equal(errors[3]?.detail, '"n" is an ACL file, and no map');
});

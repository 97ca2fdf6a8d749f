/** Sample expressions: how they are read, and how wrong ones are refused. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AclError, parseAcl } from '../../../../shared/language/parse-acl.ts';
import { parseSample } from '../../../../shared/language/parse-sample.ts';
import type { Place } from '../../../../shared/language/sample-types.ts';
import { LanguageError } from '../../../../shared/language/tokenize.ts';

/** The message with its column, "" where nothing is wrong. */
function problem(text: string, place?: Place): string {
  try {
    parseSample(text, place);
    return '';
  } catch (error) {
    if (error instanceof LanguageError) return `${error.column}: ${error.message}`;
    throw error;
  }
}

suite('a sample', () => {
  test('has a fetch, converters and the type of the last', () => {
    const sample = parseSample("req.hdr(host,-1),lower,field(1,':'),length");
    assert.deepEqual(sample.arguments, ['host', '-1']);
    assert.deepEqual(
      sample.conversions.map(({ converter, arguments: args, type }) => [converter.name, args, type]),
      [
        ['lower', [], 'str'],
        ['field', ['1', ':', undefined], 'str'],
        ['length', [], 'sint'],
      ],
    );
    assert.equal(sample.type, 'sint');
  });

  test('takes quotes and escapes in arguments', () => {
    assert.deepEqual(parseSample('str("a,b)c")').arguments, ['a,b)c']);
    assert.deepEqual(parseSample("str('a\"b')").arguments, ['a"b']);
    assert.deepEqual(parseSample('str(a\\n\\"\\x)').arguments, ['a\n"\\x']);
  });

  test('is refused with the column and a suggestion', () => {
    const cases: [string, RegExp][] = [
      ['', /^1: the name of a fetch is missing/],
      ['srcc', /^1: unknown fetch "srcc"; did you mean "src"\?/],
      [
        'fc_rtt(us)',
        /^1: "fc_rtt" needs what the kernel measures of a connection \(TCP_INFO\), which Sluice has not got/,
      ],
      ['cpu_calls', /^1: "cpu_calls" needs a clock for each task, which Sluice has not got/],
      ['internal.htx.data', /^1: "internal.htx.data" needs HAProxy's own buffers, which Sluice has not got/],
      ['src,lowr', /^5: unknown converter "lowr"; did you mean "lower"\?/],
      ['src,', /^5: the name of a converter is missing/],
      ['src lower', /^4: " lower" follows a sample that is complete/],
      ['path(x)', /^1: "path" takes no argument/],
      ['req.hdr(a,1,2)', /^13: "req\.hdr" takes no more arguments than req\.hdr\(/],
      ['req.hdr(a,x)', /^11: "x" is no integer/],
      ['req.hdr(a', /^8: "\(" is not closed/],
      ['path,field(0,/)', /^6: "field" counts from 1/],
      ['path,field(1)', /^6: "field" needs its argument delimiters/],
      ['always_true,ipmask(24)', /^13: "ipmask" converts a sample of type IP address, not boolean/],
      ['src,ipmask(33)', /^12: "33" is no mask/],
      ['var(foo.x)', /^5: "foo.x" is no variable/],
      ['var(tx.x)', /did you mean "txn"\?/],
      ['sc_http_req_rate', /^1: "sc_http_req_rate" needs its argument counter: sc_http_req_rate\(counter\[,table\]\)/],
      ['sc3_http_req_rate', /^1: unknown fetch "sc3_http_req_rate"; did you mean "sc.?_http_req_rate"\?/],
      ['src_get_gpc(1)', /^1: "src_get_gpc" needs its argument table/],
      ['src,table_gpt(0)', /^5: "table_gpt" needs its argument table/],
      ['src,table_gpt(t)', /^15: "t" is no integer/],
      ['path,map', /^6: "map" needs its argument map: map\(map\[,default\]\)/],
      ['path,map_str_str(x)', /^6: unknown converter "map_str_str"/],
      ['path,map_str_int(x,y)', /^20: "y" is no integer/],
      ['path,map_ip_ip(x,y)', /^18: "y" is no IP address/],
      ['path,json(utf9)', /^11: "utf9" is none of ascii, utf8, .*; did you mean "utf8"\?/],
      ['path,when(erorr)', /^11: unsupported condition 'erorr'. Expects \[!\] and one of 'acl', 'error'/],
      ['path,when', /^6: "when" needs its argument condition/],
      ['path,when(!)', /^11: unsupported condition ''/],
      ['path,when(acl)', /^6: "when\(acl\)" needs the name of an ACL/],
      ['path,when(error,a)', /^6: only the condition "acl" takes the name of an ACL/],
      ['path,when(acl,a,b)', /"when" takes no more arguments/],
      ['path,sha2(1)', /^11: "1" is none of 224, 256, 384, 512/],
      ['path,digest(sha265)', /^13: there is no digest "sha265"; did you mean "sha256"\?/],
      ['req.payload_lv(0,0)', /^1: the length has at least one byte/],
      ['req.payload_lv(-1,1)', /^1: the offset of the length is below 0/],
      ['req.payload_lv(0,1,-2)', /^1: the offset "-2" leads before the first byte/],
      ["path,regsub('(?=a)',x)", /looking ahead or behind.*linear time/],
      ["path,regsub('(a)\\1',x)", /reference back to a group/],
    ];
    for (const [text, message] of cases) assert.match(problem(text), message, text);
  });

  test('may look only at what is there', () => {
    assert.match(
      problem('status', 'http-request'),
      /^1: "status" needs an HTTP response, which is not there in rules on requests/,
    );
    assert.match(problem('path', 'http-log'), /needs the head of an HTTP request, which is not there in the log/);
    assert.match(problem('req.body', 'tcp'), /needs mode http/);
    assert.match(problem('path', 'tcp-log'), /needs mode http/);
    assert.match(
      problem('req.len', 'connection'),
      /needs what the client has sent, which is not there in rules on con/,
    );
    assert.match(problem('res.len', 'tcp'), /needs what the server has sent/);
    assert.match(problem('req.len', 'tcp-response'), /needs what the client has sent/);
    for (const name of ['path', 'req.ssl_sni', 'payload(0,1)', 'wait_end']) assert.equal(problem(name, 'tcp'), '');
    assert.equal(problem('hdr(x)', 'http-response'), '');
    assert.equal(problem('capture.req.uri', 'http-log'), '');
  });
});

suite('an ACL', () => {
  const read = (criterion: string, flags: string[], ...values: string[]) => parseAcl({ criterion, flags, values });

  test('compares as its name, its flags or its type say', () => {
    assert.equal(read('path_beg', [], '/').match, 'beg');
    assert.equal(read('path_beg', ['-m end'], '/').match, 'end');
    assert.equal(read('path_beg,length', [], '5').match, 'int');
    assert.equal(read('src', [], '10.0.0.0/8').match, 'ip');
    assert.equal(read('always_true', []).match, 'bool');
    assert.equal(read('method', [], 'GET').match, 'meth');
    assert.deepEqual(read('req_ssl_ver', [], '3.1', '3:3.3', 'gt', '2').values, [
      '196609',
      '196608:196611',
      'gt',
      '131072',
    ]);
  });

  test('takes patterns from files, each with the flags before it', () => {
    const { files, ignoreCase, values } = read('path', ['-f a', '-i', '-M', '-f b c'], '/');
    assert.deepEqual(files, [
      { kind: 'acl', name: 'a', ignoreCase: false },
      { kind: 'map', name: 'b c', ignoreCase: true },
    ]);
    assert.deepEqual([ignoreCase, values], [true, ['/']]);
    assert.deepEqual(read('path', ['-f a']).values, []);
  });

  test('is refused by field and number', () => {
    const cases: [() => unknown, AclError['field'], number, RegExp][] = [
      [() => read('path', ['-m', 'beg'], '/'), 'flags', 0, /"-m" needs a match method in the same text/],
      [() => read('path', ['-f', 'names'], '/'), 'flags', 0, /"-f" needs a name in the same text/],
      [() => read('path', ['-m begg'], '/'), 'flags', 0, /unknown match method "begg"; did you mean "beg"\?/],
      [() => read('path', ['-f x', '-m beg'], '/'), 'flags', 1, /must stand before the files/],
      [() => read('path', ['-u x'], '/'), 'flags', 0, /argument of -u must be an integer/],
      [() => read('path', ['-q'], '/'), 'flags', 0, /unknown flag "-q"/],
      [() => read('bin(aa)', [], 'x'), 'criterion', 0, /say with -m how to compare it/],
      [() => read('path', []), 'criterion', 0, /no pattern/],
      [() => read('src_port', [], '5', 'x'), 'values', 1, /"x" is no number/],
      [() => read('src_port', [], 'gt'), 'values', 0, /"gt" has no number/],
      [() => read('src_port', [], '9:5'), 'values', 0, /ends before it begins/],
      [() => read('path_reg', [], 'a', '('), 'values', 1, /is no regular expression/],
      [() => read('src', ['-m bin'], '0'), 'values', 0, /no pairs of hexadecimal digits/],
      [() => read('ipv6(::1)', ['-m int'], '0'), 'flags', 0, /cannot be matched by "int"/],
    ];
    for (const [attempt, field, index, message] of cases) {
      assert.throws(
        attempt,
        (error) =>
          error instanceof AclError && error.field === field && error.index === index && message.test(error.message),
      );
    }
  });
});

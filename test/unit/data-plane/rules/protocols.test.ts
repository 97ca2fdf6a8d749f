/** Converters of protocols, ciphers and signatures against vectors that specifications publish. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { compileSample, compileSampleText } from '../../../../data-plane/rules/compile-sample.ts';
import { parseSample } from '../../../../shared/language/parse-sample.ts';
import { temporaryFolder } from '../../../support/node-harness.ts';
import { sampleContext } from '../../../support/sample-context.ts';

const ask = (text: string) => compileSampleText(parseSample(text))(sampleContext({}));

suite('converters', () => {
  const payload = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';

  test('verify the token of RFC 7515 appendix A.1', () => {
    const key = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
    const token = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
    const context = sampleContext({});
    compileSample(parseSample(`str(${key}),ub64dec,set-var(txn.key)`)).get(context);
    const verify = (text: string) => compileSampleText(parseSample(`str(${text}),jwt_verify(HS256,txn.key)`))(context);
    assert.equal(verify(token), '1');
    assert.equal(verify(token.replace('.dBjf', '.eBjf')), '0');
    assert.equal(verify(token.replace(payload, `${payload}A`)), '0');
    assert.equal(verify(payload), '-3');
  });

  test('verify the token of RFC 7515 appendix A.3 with a key from a file, read once', async () => {
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      },
    });
    const path = join(await temporaryFolder(), 'key.pem');
    await writeFile(path, key.export({ type: 'spki', format: 'pem' }));
    const signature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
    const verify = compileSampleText(
      parseSample(`str(eyJhbGciOiJFUzI1NiJ9.${payload}.${signature}),concat,jwt_verify(ES256,${path})`),
    );
    await writeFile(path, 'no key any more');
    assert.equal(verify(sampleContext({})), '1');
    assert.equal(ask(`str(a.b.Y2Q),jwt_verify(ES256,${path})`), '-5');
  });

  test('decrypt test case 2 of the specification of GCM', () => {
    const [zeros12, zeros16] = [Buffer.alloc(12).toString('base64'), Buffer.alloc(16).toString('base64')];
    const tag = Buffer.from('ab6e47d42cec13bdf53a67b21257bddf', 'hex').toString('base64');
    const text = `bin(0388dace60b6a392f328c2b971b2fe78),aes_gcm_dec(128,${zeros12},${zeros16},${tag}),hex`;
    assert.equal(ask(text), '0'.repeat(32));
    assert.equal(ask(text.replace(tag, zeros16)), '');
  });

  test('hash as XXH3 does', () => {
    assert.equal(ask('str(),xxh3'), String(BigInt.asIntN(64, 0x2d06800538d394c2n)));
    assert.equal(ask('str(a),xxh3'), String(BigInt.asIntN(64, 0xe6c632b61e964e1fn)));
  });

  test('take fields out of the messages of the protocol buffers guide', () => {
    assert.equal(ask('bin(089601),protobuf(1,int32)'), '150');
    assert.equal(ask('bin(120774657374696e67),protobuf(2)'), 'testing');
    assert.equal(ask('bin(1a03089601),protobuf(3.1,int32),add(1)'), '151');
    assert.equal(ask('bin(00000000051a03089601),ungrpc(3.1,int32)'), '150');
    assert.equal(ask('bin(01000000051a03089601),ungrpc(3.1,int32)'), '');
    assert.equal(ask('bin(1a03089601),protobuf(3.2)'), '');
  });

  test('look at a FIX message', () => {
    const hex = Buffer.from('8=FIX.4.2|9=5|35=0|10=161|'.replaceAll('|', '\x01')).toString('hex');
    assert.equal(ask(`bin(${hex}),fix_is_valid`), '1');
    assert.equal(ask(`bin(${hex}),fix_tag_value(msgtype)`), '0');
    assert.equal(ask(`bin(${hex.replace('3d30', '3d31')}),fix_is_valid`), '0');
    assert.equal(ask(`bin(${hex.slice(0, -4)}),fix_is_valid`), '');
  });

  test('look at packets of MQTT', () => {
    const connect = 'bin(101000044d5154540402003c000474657374)';
    assert.equal(ask(`${connect},mqtt_is_valid`), '1');
    assert.equal(ask(`${connect},mqtt_field_value(connect,client_identifier)`), 'test');
    assert.equal(ask(`${connect},mqtt_field_value(1,keepalive)`), '60');
    assert.equal(ask(`${connect},mqtt_field_value(1,username)`), '');
    assert.equal(ask('bin(20020005),mqtt_field_value(connack,reason_code)'), '5');
  });
});

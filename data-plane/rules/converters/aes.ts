/** Decrypts with AES in Galois/Counter Mode (configuration manual 2.6, section 7.3.1). */
import { type CipherGCMTypes, createDecipheriv } from 'node:crypto';
import { isVariable } from '../../../shared/language/argument-types.ts';
import type { ConverterCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { asText } from '../sample-value.ts';
import { parseVariable } from '../variables.ts';
import { decodeBase64 } from './encoding.ts';

/** What Base64 stands for, or a variable that holds such a text; undefined where it holds none. */
function reader(text: string): (context: SampleContext) => Buffer | undefined {
  if (!isVariable(text)) {
    const bytes = Buffer.from(text, 'base64');
    return () => bytes;
  }
  const { scope, name } = parseVariable(text);
  return ({ variables }) => {
    const found = variables.get(scope, name);
    const bytes = found === undefined ? undefined : decodeBase64(asText(found.value));
    return bytes === undefined ? undefined : Buffer.from(bytes, 'latin1');
  };
}

/** Undefined when the tag does not tell the text genuine, and for keys and tags of other lengths than the mode has. */
function decrypt(bits: number, nonce: Buffer, key: Buffer, tag: Buffer, text: string): string | undefined {
  try {
    const algorithm = `aes-${bits}-gcm` as CipherGCMTypes;
    const decipher = createDecipheriv(algorithm, key.subarray(0, bits / 8), nonce, { authTagLength: tag.length });
    decipher.setAuthTag(tag);
    return decipher.update(text, 'latin1', 'latin1') + decipher.final('latin1');
  } catch {
    return undefined;
  }
}

export const aesConverters: ConverterCompilers = {
  aes_gcm_dec: ([bits, nonce = '', key = '', tag = '']) => {
    const size = Number(bits);
    const [readNonce, readKey, readTag] = [reader(nonce), reader(key), reader(tag)];
    return (text, context) => {
      const [nonceBytes, keyBytes, tagBytes] = [readNonce(context), readKey(context), readTag(context)];
      if (nonceBytes === undefined || keyBytes === undefined || tagBytes === undefined) return undefined;
      return decrypt(size, nonceBytes, keyBytes, tagBytes, text as string);
    };
  },
};

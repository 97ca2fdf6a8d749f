/** Fetches whose value is written in the configuration. */
import { parseNetwork } from '../../../shared/address.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { type CompiledFetch, constant, type FetchCompilers } from '../compiled.ts';
import { parseInteger } from '../sample-value.ts';

function address(text = ''): CompiledFetch {
  const network = parseNetwork(text);
  return network === undefined ? { get: () => undefined } : constant(network.base);
}

const word = (text = '') => constant(toBytes(text));

export const constantFetches: FetchCompilers = {
  always_false: () => constant(false),
  always_true: () => constant(true),
  bin: ([digits = '']) => constant(Buffer.from(digits, 'hex').toString('latin1')),
  bool: ([text = '']) => constant(/^(?:true|1)$/i.test(text)),
  int: ([text = '']) => constant(parseInteger(text)),
  ipv4: ([text]) => address(text),
  ipv6: ([text]) => address(text),
  meth: ([text]) => word(text),
  str: ([text]) => word(text),
};

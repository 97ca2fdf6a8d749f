/** Compiles the actions that set addresses and ports of the client's connection. */
import type { IpAddress } from '../../shared/address.ts';
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { AddressRule } from '../../shared/model/edit-rules.ts';
import { compileSample } from './compile-sample.ts';
import type { SampleContext } from './sample-context.ts';
import { castTo } from './sample-value.ts';
import type { AddressLevel, ConnectionEdits } from './transaction.ts';

/** A value that is no address, or no number, changes nothing. Throws Error on what shared/model would have refused. */
export function compileAddressRule(
  { action, expression }: Pick<AddressRule, 'action' | 'expression'>,
  place: Place,
  level: AddressLevel,
): (context: SampleContext & ConnectionEdits) => void {
  const { get } = compileSample(parseSample(expression, place));
  const end = action.startsWith('set-src') ? 'source' : 'destination';
  if (action.endsWith('-port')) {
    const toNumber = castTo('sint');
    return (context) => {
      const value = get(context);
      const port = value === undefined ? undefined : toNumber(value);
      if (port !== undefined) context.setPort(end, level, Number(BigInt.asUintN(16, BigInt(port as number))));
    };
  }
  const toAddress = castTo('addr');
  return (context) => {
    const value = get(context);
    const address = value === undefined ? undefined : toAddress(value);
    if (address !== undefined) context.setAddress(end, level, address as IpAddress);
  };
}

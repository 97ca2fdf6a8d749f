/** The converter that tells of a sample and passes it on (configuration manual 2.6, section 7.3.1). */
import type { DebugSink } from '../../../shared/language/converters.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { SampleType } from '../../../shared/language/sample-types.ts';
import type { ConverterCompilers } from '../compiled.ts';
import { asText, bytesToText, type Value } from '../sample-value.ts';
import { typeOfValue } from '../variables.ts';

function typeName(value: Value, type: SampleType): string {
  return typeof value === 'object' ? value.kind() : typeOfValue(value, type);
}

/** What a terminal could take for something else is shown as a dot. */
const shown = (value: Value) => bytesToText(asText(value)).replace(/[^\x20-\x7e]/g, '.');

export const debugConverters: ConverterCompilers = {
  debug: ([prefixText = '', sink = 'buf0'], type) => {
    const prefix = toBytes(prefixText);
    return (value, { environment }) => {
      environment.debug(sink as DebugSink, `[debug] ${prefix}: type=${typeName(value, type)} <${shown(value)}>`);
      return value;
    };
  },
};

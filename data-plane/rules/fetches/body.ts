/** Fetches of the body of a request or response, as far as it has come (configuration manual 2.6, section 7.3.6). */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { type CompiledFetch, type FetchCompilers, type Get, plain, type ValueTest } from '../compiled.ts';
import type { BodyView, SampleContext } from '../sample-context.ts';
import type { MaybeValue } from '../sample-value.ts';

type Which = 'body' | 'responseBody';

/** The body; where more of it may come, another look may find something else. */
function bodyOf(context: SampleContext, which: Which): BodyView | undefined {
  const body = context[which];
  if (body !== undefined && !body.whole && context.content !== undefined) context.content.mayChange = true;
  return body;
}

function of(which: Which, read: (body: BodyView) => MaybeValue): Get {
  return (context) => {
    const body = bodyOf(context, which);
    return body === undefined ? undefined : read(body);
  };
}

const length = ({ data }: BodyView) => data.length;
const size = (body: BodyView) => body.size;
const content = ({ data }: BodyView) => data;

/** Where the value of the first parameter of a name, any for "", at or after `from` begins; -1 without one. */
function findValue(form: string, from: number, name: string): number {
  for (let start = from; start < form.length; start = endOf(form, start) + 1) {
    const equals = form.indexOf('=', start);
    if (equals < 0) return -1;
    if (equals < endOf(form, start) && (name === '' || form.slice(start, equals) === name)) return equals + 1;
  }
  return -1;
}

function endOf(form: string, start: number): number {
  const end = form.indexOf('&', start);
  return end < 0 ? form.length : end;
}

function parameter([nameText = '']: readonly (string | undefined)[]): CompiledFetch {
  const name = toBytes(nameText);
  return {
    get: of('body', ({ data }) => {
      const start = findValue(data, 0, name);
      return start < 0 ? undefined : data.slice(start, endOf(data, start));
    }),
    some: (context: SampleContext, test: ValueTest) => {
      const data = bodyOf(context, 'body')?.data ?? '';
      for (let start = findValue(data, 0, name); start >= 0; ) {
        const end = endOf(data, start);
        if (test(data.slice(start, end), context)) return true;
        start = findValue(data, end + 1, name);
      }
      return false;
    },
  };
}

export const bodyFetches: FetchCompilers = {
  'req.body': plain(of('body', content)),
  'req.body_len': plain(of('body', length)),
  'req.body_param': parameter,
  'req.body_size': plain(of('body', size)),
  'res.body': plain(of('responseBody', content)),
  'res.body_len': plain(of('responseBody', length)),
  'res.body_size': plain(of('responseBody', size)),
};

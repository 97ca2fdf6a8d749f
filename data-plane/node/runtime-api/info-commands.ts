/** Commands about the node as a whole: "show info" in its forms, "show version", and what operators look at beside. */
import { type Command, type CommandInput, failure, notice } from './command.ts';
import { proxiesOf } from './find-proxy.ts';
import { gatherFacts, type InfoField, infoFields } from './info-fields.ts';
import { jsonField, typedText, type Value, type ValueKind } from './typed-value.ts';

export const infoCommands: readonly Command[] = [
  {
    words: ['show', 'activity'],
    usage: 'show activity',
    help: 'show the time and the number of workers',
    level: 'user',
    run: ({ node }) => `thread_id: 1 (1..${node.workers})\ndate_now: ${(node.now() / 1000).toFixed(6)}\n`,
  },
  {
    words: ['show', 'errors'],
    usage: 'show errors [<px>] [request|response]',
    help: 'show the last invalid requests and responses; Sluice keeps none',
    level: 'operator',
    run: showErrors,
  },
  {
    words: ['show', 'info'],
    usage: 'show info [desc|json|typed|float]*',
    help: 'show what is known of the node as a whole',
    level: 'user',
    run: showInfo,
  },
  {
    words: ['show', 'pools'],
    usage: 'show pools',
    help: 'show memory pools; Sluice has none',
    level: 'user',
    run: () => 'Dumping pools usage. Use SIGQUIT to flush them.\nTotal: 0 pools, 0 bytes allocated, 0 used.\n',
  },
  {
    words: ['show', 'version'],
    usage: 'show version',
    help: 'show the version of Sluice',
    level: 'user',
    run: ({ node }) => notice(`${node.version}\n`),
  },
];

function showInfo({ node, words }: CommandInput): string {
  const flags = new Set(words.slice(2));
  const facts = gatherFacts(node);
  const float = flags.has('float');
  const fields = infoFields.map((field) => ({
    ...field,
    kind: kindOf(field, float),
    shown: shownValue(field, field.value?.(facts) ?? 0, float),
  }));
  if (flags.has('json')) {
    return `${JSON.stringify(fields.map(({ position, name, kind, shown }) => jsonField(position, name, kind, shown)))}\n`;
  }
  const lines = fields.map(({ position, name, help, kind, shown }) => {
    const description = flags.has('desc') ? `:"${help}"` : '';
    const text = flags.has('typed') ? `${position}.${name}.1:${typedText(kind, shown)}` : `${name}: ${shown}`;
    return `${text}${description}\n`;
  });
  return lines.join('');
}

function kindOf({ tags, type, float: floatTags }: InfoField, float: boolean): ValueKind {
  return float && floatTags !== undefined ? { tags: floatTags, type: 'flt' } : { tags, type };
}

/** Whole numbers, but for the fields that "float" shows with a fraction. */
function shownValue({ float: floatTags }: InfoField, value: Value, float: boolean): Value {
  if (typeof value === 'string') return value;
  return float && floatTags !== undefined ? Number(value.toFixed(6)) : Math.floor(value);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function showErrors({ node, words }: CommandInput) {
  const wanted = words[2];
  const known = (id: number, name: string) => wanted === name || wanted === String(id) || wanted === `#${id}`;
  if (wanted !== undefined && wanted !== '-1') {
    if (!proxiesOf(node.snapshot).some(({ id, proxy }) => known(id, proxy.name))) return failure('No such proxy.\n');
  }
  return `Total events captured on [${logDate(new Date(node.now()))}] : 0\n`;
}

/** "21/Nov/2026:07:45:13.328" in local time. */
function logDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(date.getDate())}/${months[date.getMonth()]}/${date.getFullYear()}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}:${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

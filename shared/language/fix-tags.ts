/** The tags of FIX messages that have a name in expressions (configuration manual 2.6, "fix_tag_value"). */

const named: Readonly<Record<string, string>> = {
  beginstring: '8',
  bodylength: '9',
  checksum: '10',
  msgtype: '35',
  sendercompid: '49',
  targetcompid: '56',
};

/** The number that a name in any case or a number stands for; undefined for a text that is neither. */
export function findFixTag(text: string): number | undefined {
  const number = named[text.toLowerCase()] ?? text;
  return /^0*[1-9][0-9]{0,18}$/.test(number) ? Number(number) : undefined;
}

/** A header field that a rule writes again and again, mostly with the value of the last time. */

const valueSyntax = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a text may stand as the value of a field (RFC 9110 section 5.5). */
export function isFieldValue(text: string): boolean {
  return valueSyntax.test(text);
}

export class NewField {
  readonly name: string;
  readonly lowerCaseName: string;
  value = '';
  /** As it stands in a head. */
  line: string;
  isLegal = true;

  constructor(name: string) {
    this.name = name;
    this.lowerCaseName = name.toLowerCase();
    this.line = `${name}: \r\n`;
  }

  /** The field with this value; what was read of it before is not to be relied on any more. */
  with(value: string): this {
    if (value === this.value) return this;
    this.value = value;
    this.isLegal = isFieldValue(value);
    this.line = `${this.name}: ${value}\r\n`;
    // In one piece, so that no head that it becomes part of has to put it together.
    this.line.charCodeAt(0);
    return this;
  }
}

/** The header fields of a head that rules may change: edits are noted and made when the head is written. */
import type { NewField } from '../rules/new-field.ts';
import { headLimits } from './head-limits.ts';
import { FieldTable } from './message-head.ts';

/** Values of `dropped` beyond 0 and 1: the field is gone for rules too, or a rule has given it another value. */
const removed = 2;
const replaced = 3;

/** Fields that frame the message: no rule removes them. */
const framing = ['content-length', 'transfer-encoding'];

/**
 * What a head takes of HAProxy's buffer beyond its text: for the message, and for each field, whose name and value it
 * keeps apart without what stands between them.
 */
const overhead = 79;
const fieldOverhead = 8;
const betweenNameAndValue = 4;

/** As long as no rule has changed anything, it costs what a FieldTable does. Added fields are numbered on behind the others. */
export class EditedFields extends FieldTable {
  #edited = false;
  /** By how many bytes edits have made the head longer. */
  #grown = 0;
  readonly #names: string[] = [];
  readonly #lowerCaseNames: string[] = [];
  readonly #values: string[] = [];
  readonly #lines: string[] = [];
  readonly #replacements: string[] = [];

  override scan(text: string, start: number): boolean {
    this.#grown = 0;
    if (this.#edited) {
      this.#edited = false;
      this.#names.length = 0;
      this.#lowerCaseNames.length = 0;
      this.#values.length = 0;
      this.#lines.length = 0;
    }
    return super.scan(text, start);
  }

  /** Makes the head so many bytes longer; false when it would not fit into a buffer any more (tune.bufsize), as in HAProxy. */
  grow(bytes: number): boolean {
    const { connection } = this;
    // HAProxy does not keep what is said of the connection.
    const left = connection === '' ? 0 : 'connection'.length + connection.length + fieldOverhead;
    const size = this.text.length + this.count * (fieldOverhead - betweenNameAndValue) + overhead - left;
    if (bytes > 0 && size + this.#grown + bytes > headLimits.bytes) return false;
    this.#grown += bytes;
    return true;
  }

  /** False when there is no room. */
  add({ name, lowerCaseName, value, line }: NewField): boolean {
    if (!this.grow(name.length + value.length + fieldOverhead)) return false;
    this.#edited = true;
    this.#names.push(name);
    this.#lowerCaseNames.push(lowerCaseName);
    this.#values.push(value);
    this.#lines.push(line);
    return true;
  }

  remove(name: string): void {
    for (let field = this.find(name); field >= 0; field = this.find(name, field + 1)) this.#removeField(field);
  }

  removeMatching(test: (name: string) => boolean): void {
    for (let field = this.next(0); field >= 0; field = this.next(field + 1)) {
      const name = this.name(field).toLowerCase();
      if (!framing.includes(name) && test(name)) this.#removeField(field);
    }
  }

  /** False when there is no room. */
  replace(field: number, value: string): boolean {
    if (!this.grow(value.length - this.value(field).length)) return false;
    this.#edited = true;
    if (field >= this.count) {
      this.#values[field - this.count] = value;
      this.#lines[field - this.count] = `${this.name(field)}: ${value}\r\n`;
      return true;
    }
    // What is not passed on stays so.
    if (this.dropped[field] === 0) this.dropped[field] = replaced;
    if (this.dropped[field] === replaced) this.#replacements[field] = value;
    return true;
  }

  #removeField(field: number): void {
    this.#grown -= this.#lengthOf(field) + fieldOverhead;
    this.#edited = true;
    if (field < this.count) this.dropped[field] = removed;
    else this.#lowerCaseNames[field - this.count] = '';
  }

  /** Of its name and its value. */
  #lengthOf(field: number): number {
    if (field >= this.count || this.dropped[field] === replaced) {
      return this.name(field).length + this.value(field).length;
    }
    const at = field * 4;
    const nameLength = (this.positions[at + 1] as number) - (this.positions[at] as number);
    return nameLength + (this.positions[at + 3] as number) - (this.positions[at + 2] as number);
  }

  override name(field: number): string {
    return field < this.count ? super.name(field) : (this.#names[field - this.count] ?? '');
  }

  override next(from: number): number {
    if (!this.#edited) return super.next(from);
    for (let field = from; field < this.count; field++) if (this.dropped[field] !== removed) return field;
    for (let added = Math.max(0, from - this.count); added < this.#names.length; added++) {
      if (this.#lowerCaseNames[added] !== '') return this.count + added;
    }
    return -1;
  }

  override find(name: string, from = 0): number {
    if (!this.#edited) return super.find(name, from);
    for (let field = from; field < this.count; field++) {
      if (this.dropped[field] !== removed && this.isNamed(field, name)) return field;
    }
    const added = this.#lowerCaseNames.indexOf(name, Math.max(0, from - this.count));
    return added < 0 ? -1 : this.count + added;
  }

  override value(field: number): string {
    if (!this.#edited) return super.value(field);
    if (field >= this.count) return this.#values[field - this.count] ?? '';
    return this.dropped[field] === replaced ? (this.#replacements[field] ?? '') : super.value(field);
  }

  override passedOn(): string {
    if (!this.#edited) return super.passedOn();
    const { text, positions } = this;
    let lines = '';
    let runStart = -1;
    for (let field = 0; field < this.count; field++) {
      const lineStart = positions[field * 4] as number;
      const state = this.dropped[field] as number;
      if (state === 0) {
        if (runStart < 0) runStart = lineStart;
        continue;
      }
      if (runStart >= 0) lines += text.slice(runStart, lineStart);
      runStart = -1;
      if (state !== replaced) continue;
      lines += `${text.slice(lineStart, positions[field * 4 + 1] as number)}: ${this.#replacements[field]}\r\n`;
    }
    // What ends a head is an empty line, which is not of the run.
    if (runStart >= 0) lines += text.slice(runStart, text.length - 2);
    for (let index = 0; index < this.#names.length; index++) {
      if (this.#lowerCaseNames[index] !== '') lines += this.#lines[index];
    }
    return lines;
  }
}

/** What the heads of requests and responses offer to rules. */
import { EditedFields } from './edited-fields.ts';

const valueSyntax = /^[\t\x20-\x7e\x80-\xff]*$/;

export abstract class EditableMessage {
  readonly fields = new EditedFields();

  addHeader(name: string, value: string): boolean {
    if (!valueSyntax.test(value)) return false;
    this.fields.add(name, value);
    return true;
  }

  setHeader(name: string, lowerCaseName: string, value: string): boolean {
    if (!valueSyntax.test(value)) return false;
    this.fields.remove(lowerCaseName);
    this.fields.add(name, value);
    return true;
  }

  removeHeader(lowerCaseName: string): void {
    this.fields.remove(lowerCaseName);
  }

  removeHeaders(test: (lowerCaseName: string) => boolean): void {
    this.fields.removeMatching(test);
  }

  replaceHeader(field: number, value: string): boolean {
    if (!valueSyntax.test(value)) return false;
    this.fields.replace(field, value);
    return true;
  }
}

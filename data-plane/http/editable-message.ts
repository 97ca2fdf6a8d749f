/** What the heads of requests and responses offer to rules. */
import { EditedFields } from './edited-fields.ts';

const valueSyntax = /^[\t\x20-\x7e\x80-\xff]*$/;

export abstract class EditableMessage {
  readonly fields = new EditedFields();

  addHeader(name: string, value: string): boolean {
    return valueSyntax.test(value) && this.fields.add(name, value);
  }

  setHeader(name: string, lowerCaseName: string, value: string): boolean {
    if (!valueSyntax.test(value)) return false;
    // As in HAProxy the old ones are gone even where there is no room for the new one.
    this.fields.remove(lowerCaseName);
    return this.fields.add(name, value, lowerCaseName);
  }

  removeHeader(lowerCaseName: string): void {
    this.fields.remove(lowerCaseName);
  }

  removeHeaders(test: (lowerCaseName: string) => boolean): void {
    this.fields.removeMatching(test);
  }

  replaceHeader(field: number, value: string): boolean {
    return valueSyntax.test(value) && this.fields.replace(field, value);
  }
}

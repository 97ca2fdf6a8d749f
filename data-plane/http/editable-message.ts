/** What the heads of requests and responses offer to rules. */
import { isFieldValue, type NewField } from '../rules/new-field.ts';
import { EditedFields } from './edited-fields.ts';

export abstract class EditableMessage {
  readonly fields = new EditedFields();

  addHeader(field: NewField): boolean {
    return field.isLegal && this.fields.add(field);
  }

  setHeader(field: NewField): boolean {
    if (!field.isLegal) return false;
    // As in HAProxy the old ones are gone even where there is no room for the new one.
    this.fields.remove(field.lowerCaseName);
    return this.fields.add(field);
  }

  removeHeader(lowerCaseName: string): void {
    this.fields.remove(lowerCaseName);
  }

  removeHeaders(test: (lowerCaseName: string) => boolean): void {
    this.fields.removeMatching(test);
  }

  replaceHeader(field: number, value: string): boolean {
    return isFieldValue(value) && this.fields.replace(field, value);
  }
}

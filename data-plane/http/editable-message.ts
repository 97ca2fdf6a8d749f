/** What the heads of requests and responses offer to rules. */
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import type { Transaction } from '../rules/transaction.ts';
import { EditedFields } from './edited-fields.ts';

const valueSyntax = /^[\t\x20-\x7e\x80-\xff]*$/;
const unknownClient = { address: '0.0.0.0' };

export abstract class EditableMessage {
  readonly fields = new EditedFields();
  /** Whoever sent the request. */
  client: { readonly address: string } = unknownClient;
  #transaction: Transaction | undefined;

  /** To be set before rules are evaluated. */
  set transaction(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get transaction(): Transaction {
    return this.#transaction as Transaction;
  }

  get source(): IpAddress {
    return parseSocketAddress(this.client.address);
  }

  findHeader(name: string, from: number): number {
    return this.fields.find(name, from);
  }

  headerValue(field: number): string {
    return this.fields.value(field);
  }

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

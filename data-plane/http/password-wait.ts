/** A request whose password has to be checked against a hash waits for that, off the event loop, before rules look at it. */
import { passwordChecks } from '../passwords/password-checks.ts';
import { readBasic } from '../rules/basic-credentials.ts';
import { RequestSteps } from './request-steps.ts';

export abstract class PasswordWait extends RequestSteps {
  #waits = false;
  #checked = false;

  /** Begins the exchange for a request whose whole head is `text`. */
  abstract begin(text: string): void;

  /**
   * Whether the request waits for its password to be checked, and begins anew after that. Whether it fits a hash takes longer
   * than other requests should wait.
   */
  protected awaitsPassword(text: string): boolean {
    if (this.#checked) {
      this.#checked = false;
      return false;
    }
    const given = readBasic(this.request.fields);
    if (given === undefined) return false;
    const { user, password } = given;
    const hashes = this.client.frontend.userlists.map((list) => list.unchecked(user, password)).filter(Boolean);
    if (hashes.length === 0) return false;
    let left = hashes.length;
    this.#waits = true;
    const { requests } = this.client;
    for (const hash of hashes) {
      passwordChecks.check(password, hash, () => {
        left--;
        if (left > 0 || !this.#waits || this.client.requests !== requests) return;
        this.#waits = false;
        this.#checked = true;
        this.begin(text);
      });
    }
    return true;
  }

  protected get waitsForPassword(): boolean {
    return this.#waits;
  }

  protected dropPasswordWait(): void {
    this.#waits = false;
  }
}

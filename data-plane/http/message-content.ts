/** What rules on content see of a message in mode http: how much of it has come, and whether more is waited for. */
import { contentLimits } from '../listen/content-limits.ts';
import type { ContentView } from '../rules/sample-context.ts';

export class MessageContent implements ContentView {
  readonly bytes = undefined;
  length = 0;
  final = true;
  mayChange = false;
  waitingRule = -1;

  get limit(): number {
    return contentLimits.buffer;
  }
}

/** What of the maps and ACL files a node is sent: everything it lacks when it connects, then every change. */
import type { PatternChange } from '../../shared/patterns/pattern-file.ts';
import { patternId } from '../../shared/patterns/pattern-file.ts';
import type { ControlMessage, Hello, PatternChangesMessage } from '../../shared/protocol/messages.ts';
import { encodePatternFile } from '../../shared/protocol/pattern-transfer.ts';
import type { BookEvent, BookFile, PatternBook } from '../patterns/pattern-book.ts';
import type { NodeSession } from './node-session.ts';

/** Sends a node that says hello what it has not; answers the revision it has already, -1 when something is on its way. */
export function greetPatterns(session: NodeSession, { patternFiles }: Hello, epoch: string, book: PatternBook): number {
  const known = patternFiles?.epoch === epoch ? patternFiles.files : [];
  const revisions = new Map(known.map(({ kind, name, revision }) => [patternId(kind, name), revision]));
  const files = book.files();
  const missing = files.filter(({ kind, name, revision }) => revisions.get(patternId(kind, name)) !== revision);
  if (missing.length === 0 && (patternFiles?.files.length ?? 0) === files.length) return book.revision;
  for (const file of missing) for (const message of wholeFile(file)) session.send(message);
  session.send(directory(book));
  return -1;
}

export function wholeFile({ name, revision, list }: BookFile): ControlMessage[] {
  return encodePatternFile({ name, entries: list.pack() }, revision);
}

function directory(book: PatternBook): ControlMessage {
  const files = book.files().map(({ kind, name }) => ({ kind, name }));
  return { type: 'pattern-files', revision: book.revision, files };
}

/** What nodes are sent of a change. */
export function patternMessages(event: BookEvent, book: PatternBook): ControlMessage[] {
  switch (event.type) {
    case 'put':
      return [...wholeFile(event.file), directory(book)];
    case 'gone':
      return [directory(book)];
    case 'changed': {
      const { kind, name, revision } = event.file;
      const changes = event.changes.map(toMessage);
      return [{ type: 'pattern-changes', kind, name, from: event.from, revision, changes }];
    }
  }
}

/** Changes of one entry among several of a key are those of nodes alone. */
function toMessage(change: PatternChange): PatternChangesMessage['changes'][number] {
  switch (change[0]) {
    case 'add':
    case 'set':
      return [change[0], change[1], change[2]];
    case 'del':
      return ['del', change[1]];
    default:
      throw new Error(`"${change[0]}" is no change that nodes are sent`);
  }
}

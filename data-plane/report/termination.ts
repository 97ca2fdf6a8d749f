/**
 * How a session ended, in HAProxy's two letters (configuration manual 2.6, section 8.5).
 *
 * First: who or what ended it: "C" the client, "S" the server, "P" the proxy itself (a denied request, bad HTTP, a rule that failed), "L" the
 * proxy answered it, "c" and "s" a timeout of client or server, "-" nobody.
 * Second: in which state: "R" the request had not come, "T" it was held by a tarpit, "Q" it waited in the queue, "C" for a connection, "H" for the head of
 * the response, "D" data were passing, "-" it was over.
 */
export type Termination = `${'C' | 'S' | 'P' | 'L' | 'c' | 's' | '-'}${'R' | 'T' | 'Q' | 'C' | 'H' | 'D' | '-'}`;

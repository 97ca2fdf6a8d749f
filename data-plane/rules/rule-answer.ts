/** What a rule answers in place of a server. */

/** A whole response. Texts are latin1, one character for each byte. */
export interface Reply {
  readonly status: number;
  /** "" for the standard one. */
  readonly reason: string;
  /** Lines of header fields, each with its end; none that frames the message. */
  readonly fields: string;
  readonly content: string;
}

/**
 * How the exchange ends: "deny" and "tarpit" count as denied; "return" and "redirect" do not; "reject" and "silent-drop" close
 * the connection without an answer; "error": a rule could not do what it says.
 */
export interface RuleAnswer {
  readonly kind: 'deny' | 'tarpit' | 'return' | 'redirect' | 'reject' | 'silent-drop' | 'error';
  /** The error page to answer with where there is no reply. */
  readonly status: number;
  readonly reply: Reply | undefined;
}

export const internalError: RuleAnswer = { kind: 'error', status: 500, reply: undefined };

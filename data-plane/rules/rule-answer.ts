/** What a rule answers in place of a server. */

/** A whole response. Texts are latin1, one character for each byte. */
export interface Reply {
  readonly status: number;
  /** "" for the standard one. */
  readonly reason: string;
  /** Lines of header fields, each with its end; none that frames the message. */
  readonly fields: string;
  readonly content: string;
  /** The connection is closed without any of it. */
  readonly silent?: boolean;
}

/**
 * How the exchange ends: "deny" and "tarpit" count as denied; "return", "redirect" and "auth" do not; "reject" and "silent-drop" close
 * the connection without an answer; "invalid": the request is malformed; "error": a rule could not do what it says.
 */
export interface RuleAnswer {
  readonly kind: 'deny' | 'tarpit' | 'return' | 'redirect' | 'auth' | 'reject' | 'silent-drop' | 'invalid' | 'error';
  /** What the answer counts as, and the error page to answer with where there is no reply. */
  readonly status: number;
  readonly reply: Reply | undefined;
  /** Lines of header fields that an error page gets besides its own. */
  readonly fields: string;
}

export const internalError: RuleAnswer = { kind: 'error', status: 500, reply: undefined, fields: '' };

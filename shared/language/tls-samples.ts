/** The catalogue of fetches about TLS (configuration manual 2.6, section 7.3.4). */
import type { FetchEntry } from './stick-samples.ts';

const distinguishedName = ['entry?', 'occurrence?:integer', 'format?'];

/** Connections are without TLS, and what tells of it is not there. */
export const tlsFetches: readonly FetchEntry[] = [
  ['ssl_c_ca_err', [], 'sint', 'Of the certificate of the client. The first error in verifying the chain behind it.'],
  ['ssl_c_ca_err_depth', [], 'sint', 'Of the certificate of the client. How deep in the chain that was.'],
  ['ssl_c_chain_der', [], 'bin', 'Of the certificate of the client. Its chain in DER.'],
  ['ssl_c_der', [], 'bin', 'Of the certificate of the client. The whole in DER.'],
  ['ssl_c_err', [], 'sint', 'Of the certificate of the client. The first error in verifying it.'],
  [
    'ssl_c_i_dn',
    distinguishedName,
    'str',
    'Of the certificate of the client. The distinguished name of its issuer, or an entry of it.',
  ],
  ['ssl_c_key_alg', [], 'str', 'Of the certificate of the client. The algorithm of its key.'],
  ['ssl_c_notafter', [], 'str', 'Of the certificate of the client. When it ends.'],
  ['ssl_c_notbefore', [], 'str', 'Of the certificate of the client. When it begins.'],
  [
    'ssl_c_s_dn',
    distinguishedName,
    'str',
    'Of the certificate of the client. The distinguished name of its subject, or an entry of it.',
  ],
  ['ssl_c_serial', [], 'bin', 'Of the certificate of the client. Its serial number.'],
  ['ssl_c_sha1', [], 'bin', 'Of the certificate of the client. Its SHA-1 fingerprint.'],
  ['ssl_c_sig_alg', [], 'str', 'Of the certificate of the client. The algorithm of its signature.'],
  ['ssl_c_used', [], 'bool', 'Whether the client has a certificate.'],
  ['ssl_c_verify', [], 'sint', 'Of the certificate of the client. The result of verifying it.'],
  ['ssl_c_version', [], 'sint', 'Of the certificate of the client. Its version.'],
  ['ssl_fc', [], 'bool', 'Whether the client speaks TLS.'],
  ['ssl_fc_alpn', [], 'str', 'The protocol agreed on by ALPN.'],
  ['ssl_fc_cipher', [], 'str', 'The TLS cipher.'],
  ['ssl_fc_has_crt', [], 'bool', 'Whether the client has sent a certificate on this connection.'],
  ['ssl_fc_has_sni', [], 'bool', 'Whether the client named the server it wants.'],
  ['ssl_fc_is_resumed', [], 'bool', 'Whether the TLS session was resumed.'],
  ['ssl_fc_protocol', [], 'str', 'The TLS version.'],
  ['ssl_fc_sni', [], 'str', 'The name of the server the client wants.'],
];

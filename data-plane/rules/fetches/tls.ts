/** Fetches of TLS (configuration manual 2.6, section 7.3.4): connections have none yet. */
import { constant, type FetchCompilers } from '../compiled.ts';

const nothing = () => ({ get: () => undefined });
const no = () => constant(false);

export const tlsFetches: FetchCompilers = {
  ssl_c_ca_err: nothing,
  ssl_c_ca_err_depth: nothing,
  ssl_c_chain_der: nothing,
  ssl_c_der: nothing,
  ssl_c_err: nothing,
  ssl_c_i_dn: nothing,
  ssl_c_key_alg: nothing,
  ssl_c_notafter: nothing,
  ssl_c_notbefore: nothing,
  ssl_c_s_dn: nothing,
  ssl_c_serial: nothing,
  ssl_c_sha1: nothing,
  ssl_c_sig_alg: nothing,
  ssl_c_used: nothing,
  ssl_c_verify: nothing,
  ssl_c_version: nothing,
  ssl_fc: no,
  ssl_fc_alpn: nothing,
  ssl_fc_cipher: nothing,
  ssl_fc_has_crt: nothing,
  ssl_fc_has_sni: no,
  ssl_fc_is_resumed: no,
  ssl_fc_protocol: nothing,
  ssl_fc_sni: nothing,
};

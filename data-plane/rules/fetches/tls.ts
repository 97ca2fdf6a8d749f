/** Fetches of TLS (configuration manual 2.6, section 7.3.4): connections have none yet. */
import { constant, type FetchCompilers } from '../compiled.ts';

const nothing = () => ({ get: () => undefined });
const no = () => constant(false);

export const tlsFetches: FetchCompilers = {
  ssl_c_used: nothing,
  ssl_fc: no,
  ssl_fc_alpn: nothing,
  ssl_fc_cipher: nothing,
  ssl_fc_has_crt: nothing,
  ssl_fc_has_sni: no,
  ssl_fc_is_resumed: no,
  ssl_fc_protocol: nothing,
  ssl_fc_sni: nothing,
};

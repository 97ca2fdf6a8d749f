/** The algorithms of signatures of JSON Web Tokens (RFC 7518 section 3.1). */

const families = ['HS', 'RS', 'ES', 'PS'];
const algorithms = new Set([
  'none',
  ...families.flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`)),
]);

/** Whether it is one of them, in exactly these letters. */
export function isJwtAlgorithm(text: string): boolean {
  return algorithms.has(text);
}

/** Why a text cannot be the algorithm that a token is verified by, in HAProxy's words; undefined when it can. */
export function findJwtAlgorithmProblem(text: string): string | undefined {
  if (!algorithms.has(text)) return `unknown JWT algorithm: ${text}`;
  return text.startsWith('PS') ? 'RSASSA-PSS JWS signing not managed yet' : undefined;
}

/** Speaks with the REST API of a control plane. */
import { Option } from 'commander';

export interface ApiOptions {
  /** Address of the API, without "/v1". */
  readonly api: string;
  readonly token?: string;
}

/** The options that every command has which speaks with a control plane. */
export const apiOptions: readonly Option[] = [
  new Option('--api <url>', 'address of the REST API').env('SLUICE_API').default('http://127.0.0.1:8080'),
  new Option('--token <secret>', 'token for the API').env('SLUICE_TOKEN'),
];

/** An answer that tells of a failure, or none at all; the message is for people. */
export class ApiError extends Error {}

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { resource: string; pointer: string; detail: string }[];
}

/** Sends a request, with a text as it is and anything else as JSON, and answers the text of its answer. Throws ApiError with all that is wrong. */
export async function callApi(
  { api, token }: ApiOptions,
  method: 'GET' | 'PUT',
  path: string,
  body?: object | string,
): Promise<string> {
  const response = await fetch(new URL(path, api), {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch((error: Error) => {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    throw new ApiError(`no control plane answers at ${api}: ${cause?.code ?? cause?.message ?? error.message}`);
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new ApiError(describe(response.status, text));
}

function describe(status: number, text: string): string {
  try {
    const { detail, errors = [] } = JSON.parse(text) as Problem;
    const lines = errors.map((error) => `  ${error.resource}${error.pointer}: ${error.detail}`);
    return [`the control plane refuses (${status}): ${detail ?? ''}`, ...lines].join('\n');
  } catch {
    return `the control plane answers ${status}: ${text.slice(0, 500)}`;
  }
}

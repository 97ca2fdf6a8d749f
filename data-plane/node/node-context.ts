/** What expressions see where there is no client and no message: in the global section, and at the runtime API. */
import { parseSocketAddress } from '../../shared/address.ts';
import type { ClientView, FrontendView, SampleContext, SampleEnvironment } from '../rules/sample-context.ts';
import { Variables } from '../rules/variables.ts';

const nowhere = parseSocketAddress('0.0.0.0');
const nobody = { source: nowhere, port: 0, destination: undefined, localPort: 0 };
const noClient: ClientView = { ...nobody, original: nobody, requests: 0 };

const noFrontend: FrontendView = {
  name: '',
  id: 0,
  binds: [],
  counters: { currentSessions: 0, queued: 0, sessionRate: 0, requestRate: 0 },
  timeouts: { client: 0 },
  defaultBackend: undefined,
  uniqueId: undefined,
};

export class NodeContext implements SampleContext {
  readonly stream = undefined;
  readonly request = undefined;
  readonly kept = undefined;
  readonly content = undefined;
  readonly body = undefined;
  readonly uniqueId = undefined;
  readonly count = 0;
  readonly captures = undefined;
  readonly record = undefined;
  readonly tracked = undefined;
  readonly connection = noClient;
  readonly frontend = noFrontend;
  readonly variables: Variables;
  readonly environment: SampleEnvironment;

  constructor(environment: SampleEnvironment) {
    this.environment = environment;
    this.variables = new Variables(environment.variables);
  }

  get response(): SampleContext['response'] {
    return undefined;
  }

  get responseBody(): SampleContext['responseBody'] {
    return undefined;
  }

  get status(): number {
    return 0;
  }

  get responseVersion(): number {
    return -1;
  }

  get backend(): SampleContext['backend'] {
    return undefined;
  }

  get serverConnection(): SampleContext['serverConnection'] {
    return undefined;
  }
}

/** What expressions see where there is no client: in the global section, at the runtime API, and in health checks. */
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
  readonly hasFailed = false;
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
  readonly responseBody = undefined;
  readonly status = 0;
  readonly responseVersion = -1;
  response: SampleContext['response'] = undefined;
  backend: SampleContext['backend'] = undefined;
  serverConnection: SampleContext['serverConnection'] = undefined;
  readonly variables: Variables;
  readonly environment: SampleEnvironment;

  constructor(environment: SampleEnvironment, isOfCheck = false) {
    this.environment = environment;
    this.variables = new Variables(environment.variables, isOfCheck);
  }
}

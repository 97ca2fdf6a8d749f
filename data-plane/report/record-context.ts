/** What expressions see when a line of the log is written: what was noted of a request, whose heads are gone. */
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import type { Captures } from '../rules/captures.ts';
import type {
  BackendView,
  ClientView,
  FrontendView,
  KeptRequest,
  SampleContext,
  SampleEnvironment,
  ServerConnectionView,
  StreamView,
} from '../rules/sample-context.ts';
import { Variables } from '../rules/variables.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { AccessRecord } from './access-record.ts';

/** One serves all lines in turn: it is read between `of` and the next `of`, never kept. */
export class RecordContext implements SampleContext, ClientView {
  readonly record = undefined;
  readonly request = undefined;
  readonly response = undefined;
  readonly content = undefined;
  readonly body = undefined;
  readonly responseBody = undefined;
  readonly environment: SampleEnvironment;
  #record: AccessRecord | undefined;

  constructor(environment: SampleEnvironment) {
    this.environment = environment;
  }

  of(record: AccessRecord): this {
    this.#record = record;
    return this;
  }

  get #noted(): AccessRecord {
    return this.#record as AccessRecord;
  }

  get kept(): KeptRequest | undefined {
    return this.#noted.method === '' ? undefined : this.#noted;
  }

  /** As in HAProxy there is none of an answer of our own. */
  get status(): number {
    return this.#noted.responseBegun < 0 ? 0 : this.#noted.status;
  }

  get responseVersion(): number {
    return this.#noted.responseVersion;
  }

  get hasFailed(): boolean {
    return this.#noted.hasFailed;
  }

  get connection(): ClientView {
    return this;
  }

  get source(): IpAddress {
    return parseSocketAddress(this.#noted.clientAddress);
  }

  get port(): number {
    return this.#noted.clientPort;
  }

  get destination(): IpAddress | undefined {
    const { localAddress } = this.#noted;
    return localAddress === '' ? undefined : parseSocketAddress(localAddress);
  }

  get localPort(): number {
    return this.#noted.localPort;
  }

  get original(): ClientView['original'] {
    const { sample, socketAddress, socketPort, socketLocalAddress, socketLocalPort } = this.#noted;
    const changed = sample?.changedAddresses;
    if (changed === undefined) return this;
    const source = changed.findOriginal('source');
    const destination = changed.findOriginal('destination');
    return {
      source: source?.address ?? parseSocketAddress(socketAddress),
      port: source?.port ?? socketPort,
      destination:
        destination?.address ?? (socketLocalAddress === '' ? undefined : parseSocketAddress(socketLocalAddress)),
      localPort: destination?.port ?? socketLocalPort,
    };
  }

  get requests(): number {
    return this.#noted.sample?.requests || 1;
  }

  get frontend(): FrontendView {
    return this.environment.proxies.frontendsByName.get(this.#noted.log.frontend) as FrontendView;
  }

  get backend(): BackendView | undefined {
    return this.#noted.backend;
  }

  get serverConnection(): ServerConnectionView | undefined {
    const { server, sourceAddress, sourcePort, connected } = this.#noted;
    return server === undefined ? undefined : { server, connected: connected >= 0, sourceAddress, sourcePort };
  }

  get stream(): StreamView | undefined {
    return this.#noted.sample?.stream;
  }

  get captures(): Captures | undefined {
    return this.#noted.captures;
  }

  get uniqueId(): string | undefined {
    return this.#noted.uniqueId || undefined;
  }

  get count(): number {
    return this.#noted.count;
  }

  get tracked(): TrackedCounters | undefined {
    return this.#noted.sample?.tracked;
  }

  /** In mode http the response is over, whoever gave it; in mode tcp there is one once there is a server. */
  get variables(): Variables {
    const record = this.#noted;
    record.ownVariables ??= record.sample === undefined ? new Variables(this.environment.variables) : undefined;
    const variables = record.sample?.variables ?? (record.ownVariables as Variables);
    if (record.log.settings.isHttp || record.server !== undefined) variables.beginResponse();
    return variables;
  }
}

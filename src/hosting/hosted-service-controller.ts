import { ControlGate } from './control-gate.js';
import { ControlledService } from './controlled-service.js';
import type { IHostApplicationLifetime } from './host-application-lifetime.js';
import type { IHostedService } from './hosted-service.js';
import type { HostedServiceRestartOutcome, HostedServiceStartOutcome, HostedServiceStopOutcome, IHostedServiceControl } from './hosted-service-control.js';
import { ArgumentError } from './primitives/index.js';
import type { SingleServiceCallsParts } from './single-service-calls.js';

/** The control that a host gives out, and that ends with it. */
export class HostedServiceController implements IHostedServiceControl {
  readonly #services = new Map<object, ControlledService>();
  readonly #gate: ControlGate;

  constructor(
    private readonly parts: SingleServiceCallsParts,
    lifetime: IHostApplicationLifetime,
  ) {
    this.#gate = new ControlGate(lifetime);
  }

  async start(service: object, signal?: AbortSignal): Promise<HostedServiceStartOutcome> {
    return this.#gate.track(this.#controlled(service).start(signal));
  }

  async stop(service: object, signal?: AbortSignal): Promise<HostedServiceStopOutcome> {
    return this.#gate.track(this.#controlled(service).stop(signal));
  }

  async restart(service: object, signal?: AbortSignal): Promise<HostedServiceRestartOutcome> {
    return this.#gate.track(this.#controlled(service).restart(signal));
  }

  /** Whether a service was stopped here and has not started since, so that there is nothing left to stop. */
  isStopped(service: object): boolean {
    return this.#services.get(service)?.isStopped ?? false;
  }

  /** Takes no more calls, and ends those under way as {@link ControlGate.close} does. */
  close(signal: AbortSignal): Promise<void> | undefined {
    return this.#gate.close(signal);
  }

  #controlled(service: object): ControlledService {
    const known = this.#services.get(service);
    if (known) return known;
    const { states } = this.parts;
    this.#gate.throwUnlessOpen(typeof service === 'object' && service !== null ? states.nameOf(service) : String(service));
    if (states.statusOf(service) === undefined)
      throw new ArgumentError(
        'service',
        'Expected a hosted service of this host, found something else. Pass the instance, such as one of IHostHealth.services.',
      );
    const controlled = new ControlledService(service as IHostedService, this.#gate, this.parts);
    this.#services.set(service, controlled);
    return controlled;
  }
}

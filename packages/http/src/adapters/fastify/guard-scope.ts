/** What the two plugins of this folder share. */
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RegisterOptions,
} from 'fastify'
import type { Admission } from '../../bearer/admission.ts'
import { asError } from '../../bearer/as-error.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import type { OptionNames } from '../../bearer/known-options.ts'
import { send } from './send.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The `failPolicy` of this route, in place of the one that the plugin was registered with. */
    failPolicy?: NonNullable<GuardOptions<FastifyRequest>['failPolicy']>
    /** The `mode` of this route, likewise. */
    mode?: NonNullable<GuardOptions<FastifyRequest>['mode']>
  }
}

/** The options of `app.register` itself, which Fastify hands to the plugin as well. */
export const registerOptionNames: OptionNames<RegisterOptions> = { prefix: true, logLevel: true, logSerializers: true }

/**
 * Makes the hooks and decorators of a plugin land in the scope that registers it, as fastify-plugin
 * does.
 */
export function inScope<Options extends object>(plugin: FastifyPluginAsync<Options>): FastifyPluginAsync<Options> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

/** Adds the hook that admits or refuses the requests of a scope. */
export function guardScope(app: FastifyInstance, admit: (request: FastifyRequest) => Promise<Admission>): void {
  // A scope around may have them already.
  for (const name of ['auth', 'degraded']) if (!app.hasRequestDecorator(name)) app.decorateRequest(name)

  async function pass(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): Promise<void> {
    try {
      const admission = await admit(request)
      if (admission.refusal !== undefined) return void send(reply, admission.refusal)
      Object.assign(request, { auth: admission.claims, degraded: admission.degraded })
      done()
    } catch (thrown) {
      done(asError(thrown) as Error)
    }
  }

  // With a callback: behind an async hook, Fastify awaits each promise once more.
  app.addHook('onRequest', (request, reply, done) => void pass(request, reply, done))
}

/**
 * Returns the guard of a route: one per mode that routes name, with and without a policy of the
 * route, because only the one without leaves the policy of the revocation in force.
 */
export function perRoute<Options extends GuardOptions<FastifyRequest>, Guard>(
  options: Options,
  createGuard: (options: Options) => Guard,
): (request: FastifyRequest) => Guard {
  const policyOfRoute: GuardOptions<FastifyRequest>['failPolicy'] = (request, error) => {
    const { failPolicy = 'closed' } = request.routeOptions.config
    return typeof failPolicy === 'function' ? failPolicy(request, error) : failPolicy
  }

  function guardsIn(mode: GuardOptions<FastifyRequest>['mode']): Readonly<Record<'usual' | 'ofRoute', Guard>> {
    const inMode = mode === undefined ? options : { ...options, mode }
    return { usual: createGuard(inMode), ofRoute: createGuard({ ...inMode, failPolicy: policyOfRoute }) }
  }

  const inAnyMode = new Map<unknown, ReturnType<typeof guardsIn>>([[undefined, guardsIn(undefined)]])
  for (const mode of ['enforce', 'observe'] as const) inAnyMode.set(mode, guardsIn(mode))
  return ({ routeOptions: { config } }) => {
    const guards = inAnyMode.get(config.mode)
    if (guards === undefined) throw new TypeError("The mode of a route must be 'enforce' or 'observe'.")
    return config.failPolicy === undefined ? guards.usual : guards.ofRoute
  }
}

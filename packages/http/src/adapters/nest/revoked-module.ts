import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common'
import { assertKnownOptions, type OptionNames } from '../../bearer/known-options.ts'
import type { GuardedRequest } from './guard.ts'
import { REVOKED_OPTIONS, type RevokedModuleOptions, revokedOptionNames } from './revoked-options.ts'

/**
 * Options for `RevokedModule.forRootAsync`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { RevokedModule, type RevokedModuleAsyncOptions } from '@revoked/http/nest'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RevokedModuleAsyncOptions = {
 *   useFactory: () => ({ revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }) }),
 * }
 * const configured = RevokedModule.forRootAsync(options)
 * ```
 */
export interface RevokedModuleAsyncOptions<
  Injected extends readonly unknown[] = readonly unknown[],
  Carrier = GuardedRequest,
> extends Pick<ModuleMetadata, 'imports'> {
  /** What `useFactory` gets, in this order. */
  readonly inject?: Extract<Provider, { useFactory: unknown }>['inject']
  readonly useFactory: (...injected: Injected) => RevokedModuleOptions<Carrier> | Promise<RevokedModuleOptions<Carrier>>
}

const asyncOptionNames: OptionNames<RevokedModuleAsyncOptions> = { imports: true, inject: true, useFactory: true }

/**
 * The module that gives `TokenGuard` (option `tokens`) and `RevocationGuard` (option `revocation`)
 * their options, in the whole application. Nest creates the guards in the modules that use them.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common'
 * import { APP_GUARD } from '@nestjs/core'
 * import { createRevocation } from '@revoked/core'
 * import { RevokedModule, TokenGuard } from '@revoked/http/nest'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 *  // Guards everything but handlers with `@Public()`.
 * @Module({
 *   imports: [RevokedModule.forRoot({ tokens })],
 *   providers: [{ provide: APP_GUARD, useClass: TokenGuard }],
 * })
 * export class AppModule {}
 * ```
 */
export class RevokedModule {
  static {
    Module({})(RevokedModule)
  }

  /**
   * Configures the guards.
   *
   * @throws TypeError for unknown options.
   */
  static forRoot<Carrier extends object = GuardedRequest>(options: RevokedModuleOptions<Carrier>): DynamicModule {
    assertKnownOptions(options, revokedOptionNames)
    return dynamicModule({ provide: REVOKED_OPTIONS, useValue: options })
  }

  /**
   * Configures the guards with what other modules provide.
   *
   * @throws TypeError for unknown options.
   */
  static forRootAsync<Injected extends readonly unknown[], Carrier extends object = GuardedRequest>(
    options: RevokedModuleAsyncOptions<Injected, Carrier>,
  ): DynamicModule {
    assertKnownOptions(options, asyncOptionNames)
    const { imports = [], inject = [], useFactory } = options
    // Nest does not type what it injects.
    const create = (...injected: unknown[]) => useFactory(...(injected as unknown as Injected))
    return dynamicModule({ provide: REVOKED_OPTIONS, inject, useFactory: create }, imports)
  }
}

function dynamicModule(options: Provider, imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
  return { module: RevokedModule, global: true, imports, providers: [options], exports: [REVOKED_OPTIONS] }
}

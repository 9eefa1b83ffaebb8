export {
  type BackChannelLogoutEndpointOptions,
  backChannelLogoutEndpoint,
  type LostLogout,
} from './back-channel-logout-endpoint.ts'
export {
  type ClientCredentials,
  type ClientCredentialsSource,
  type CredentialsProblem,
  type FoundCredentials,
  readClientCredentials,
} from './client-credentials.ts'
export type { AuthenticateClient, ClientEndpointOptions } from './client-endpoint.ts'
export type { EndpointOptions } from './create-endpoint.ts'
export { type IntrospectionEndpointOptions, introspectionEndpoint, type MayInspect } from './introspection-endpoint.ts'
export { type RevocationEndpointOptions, revocationEndpoint } from './revocation-endpoint.ts'

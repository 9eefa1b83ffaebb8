export type { OutageOptions } from '../outages.ts'
export { type BackChannelLogoutEndpointOptions, backChannelLogoutEndpoint } from './back-channel-logout-endpoint.ts'
export {
  type ClientCredentials,
  type CredentialsProblem,
  type FoundCredentials,
  readClientCredentials,
} from './client-credentials.ts'
export { type IntrospectionEndpointOptions, introspectionEndpoint } from './introspection-endpoint.ts'
export { type RevocationEndpointOptions, revocationEndpoint } from './revocation-endpoint.ts'
export type { AuthenticateClient, TokenEndpointOptions } from './token-endpoint.ts'

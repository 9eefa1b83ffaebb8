import type { ClientRequest, Device } from './client.ts'

/** Returns the request that logs in on the device. */
export function login(who: Device, password: string): ClientRequest {
  return { who, request: 'POST /login', body: { user: who.user, password, device: who.name } }
}

/** Returns a request to a protected route, an example of any other one. */
export function me(who: Device): ClientRequest {
  return { who, request: 'GET /me' }
}

/** Returns the request that exchanges the device's refresh token for a new pair. */
export function refresh(who: Device): ClientRequest {
  return { who, request: 'POST /refresh', body: { refreshToken: who.refreshToken } }
}

/** Returns the request for the state of the store, which only admins may send. */
export function serverStatus(who: Device): ClientRequest {
  return { who, request: 'GET /admin/status' }
}

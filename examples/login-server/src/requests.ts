import type { ClientRequest, Device } from './client.ts'

/** Logs in on the device. */
export function login(who: Device, password: string): ClientRequest {
  return { who, request: 'POST /login', body: { user: who.user, password, device: who.name } }
}

/** What any other request stands for: may this token pass? */
export function me(who: Device): ClientRequest {
  return { who, request: 'GET /me' }
}

/** Trades the refresh token that the device has for a new pair. */
export function refresh(who: Device): ClientRequest {
  return { who, request: 'POST /refresh', body: { refreshToken: who.refreshToken } }
}

/** For admins. */
export function serverStatus(who: Device): ClientRequest {
  return { who, request: 'GET /admin/status' }
}

import type { Device } from '../device-sessions.ts'

// In this order: the headers of Edge and Opera name Chrome too, and that of Chrome names Safari.
const browsers = [
  ['Edge', /\bEdgA?(?:iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const

const systems = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const

/**
 * Describes a device by its header `User-Agent`, such as "Firefox on Android". Nothing of the
 * header itself is kept: anybody can send anything there.
 */
export function describeDevice(userAgent: string = ''): Device {
  const [browser] = browsers.find(([, pattern]) => pattern.test(userAgent)) ?? ['A browser']
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0]
  const isPhone = /\b(?:Mobi|iPhone|Android)/.test(userAgent)
  return { name: system === undefined ? browser : `${browser} on ${system}`, kind: isPhone ? 'phone' : 'computer' }
}

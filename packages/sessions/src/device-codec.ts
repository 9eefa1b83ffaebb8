import type { DeviceReader } from './options.ts'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/** Keeps what the application says about a device as a text of bounded size. */
export interface DeviceCodec<Device> {
  /**
   * Returns the text to store. Empty for no device.
   *
   * @throws TypeError, RangeError, or what `readDevice` throws.
   */
  readonly encode: (device: Device | undefined) => string
  /**
   * Returns the device, or `undefined` if there is none or the text is not one any more. That must
   * not keep a user from seeing, and ending, the session.
   */
  readonly decode: (text: string) => Device | undefined
}

/** In bytes of UTF-8. */
const maxSize = 4_096

/** Creates the codec. Every device passes `readDevice` when it is stored and when it is read. */
export function createDeviceCodec<Device>(readDevice: DeviceReader<Device>): DeviceCodec<Device> {
  return {
    encode: (device) => {
      if (device === undefined) return ''
      const text = toJson(readDevice(device))
      const size = new TextEncoder().encode(text).length
      if (size > maxSize) throw new RangeError(`device must be at most ${maxSize} bytes of JSON, but is ${size}.`)
      // What cannot be read back is a mistake now, and not on the page that lists the sessions.
      readDevice(JSON.parse(text))
      return text
    },
    decode: (text) => {
      if (text === '') return undefined
      try {
        return readDevice(JSON.parse(text))
      } catch {
        return undefined
      }
    },
  }
}

/** The messages of `JSON.stringify` contain the names of properties, so they are replaced. */
function toJson(device: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(device)
  } catch {
    throw new TypeError('device must be a value that JSON can hold.')
  }
  if (text === undefined) throw new TypeError('device must be a value that JSON can hold.')
  return text
}

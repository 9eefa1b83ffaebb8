import { fileURLToPath } from 'node:url'

/** The folder for programs that are unpacked from packages, beside the modules of the checkout. */
export const defaultCache: string = fileURLToPath(new URL('../../../../node_modules/.cache/revoked', import.meta.url))

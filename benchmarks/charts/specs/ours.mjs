// @ts-check

/** Tells whether a variant is a store of this project. @param {string} variant */
export const isStore = (variant) =>
  /`(memory|redis|sqlite|postgres|layered|mirrored)(Store|Sessions)`|^(layered store|mirror)|revoke\(/.test(variant)

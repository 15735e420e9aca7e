/** The letters and digits of a booking's code: those that look or sound like another are left out. */
export const REFERENCE_KEYS = [...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'] as const;

/** How many of them a code has. */
export const REFERENCE_LENGTH = 6;

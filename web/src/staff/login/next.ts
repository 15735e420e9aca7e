/** Only a path of our own may follow a log-in; anything else would let a link lead people away. */
export function safeNext(next: unknown): string | null {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : null;
}

/** Letters that are taken for a digit on a board across the room. */
const LOOKS: Record<string, string> = { I: '1', O: '0', Q: '0', S: '5', Z: '2', B: '8', G: '6' };

/** Letters whose spoken names rhyme: over a loudspeaker one is heard for another. */
const RHYMES = ['BCDEGPTVZ', 'AJK', 'MN', 'FSX', 'IY', 'QUW'];

/** Why a prefix may be misread or misheard. */
export type PrefixDoubt =
  | { readonly kind: 'looks'; readonly letter: string; readonly digit: string }
  | { readonly kind: 'sounds'; readonly letter: string; readonly other: string; readonly queue: string };

/** What is doubtful about a queue's prefix beside those of the other queues of its site. */
export function prefixDoubts(prefix: string, others: readonly { prefix: string; name: string }[]): PrefixDoubt[] {
  const letters = [...prefix.toUpperCase()];
  const looks = letters.flatMap((letter): PrefixDoubt[] => (LOOKS[letter] === undefined ? [] : [{ kind: 'looks', letter, digit: LOOKS[letter] }]));
  const sounds = others.flatMap((other): PrefixDoubt[] => {
    const [own, theirs] = [prefix.toUpperCase(), other.prefix.toUpperCase()];
    return own !== theirs && own.length === theirs.length && rhyme(own, theirs) ? [{ kind: 'sounds', letter: own, other: theirs, queue: other.name }] : [];
  });
  return [...looks, ...sounds];
}

/** Whether two prefixes sound alike: letter by letter the same, or of one rhyme. */
function rhyme(a: string, b: string): boolean {
  return a !== '' && [...a].every((letter, i) => letter === b[i] || RHYMES.some((group) => group.includes(letter) && group.includes(b[i] ?? '-')));
}

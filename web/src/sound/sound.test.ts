import { describe, expect, it } from 'vitest';
import { Caller, type Heard } from './caller';
import { pickVoice, spell } from './speech';
import { OnceGate } from '~/shared/once-tap';

interface C {
  announcement_id: string;
}
const calls = (n: number): C[] => Array.from({ length: n }, (_, i) => ({ announcement_id: `c${i + 1}` }));

function stage(voice: boolean | 'throws' = true, sound: boolean | 'later' = true, quiet = false) {
  const log: string[] = [];
  const acks: [string, Heard][] = [];
  let speaking = 0;
  const caller = new Caller<C>(
    {
      chime: async () => {
        await Promise.resolve();
        log.push('chime');
        return sound === 'later' ? log.length > 1 : sound;
      },
      speak: async (call, round) => {
        speaking++;
        expect(speaking).toBe(1);
        await new Promise((done) => setTimeout(done, 1));
        speaking--;
        if (voice === 'throws') throw new Error('no');
        log.push(`${call.announcement_id}.${round}`);
        return voice;
      },
      wait: () => Promise.resolve(),
      quiet: () => quiet,
    },
    { end: (call, heard) => acks.push([call.announcement_id, heard]) },
  );
  const done = async () => {
    while (acks.length === 0 || caller.waiting > 0) await new Promise((d) => setTimeout(d, 5));
    await new Promise((d) => setTimeout(d, 20));
  };
  return { caller, log, acks, done };
}

describe('the caller', () => {
  it('loses none of nine calls, in order, none overlapping', async () => {
    const s = stage();
    for (const c of calls(9)) s.caller.add(c);
    await s.done();
    expect(s.acks).toEqual(calls(9).map((c) => [c.announcement_id, 'spoken']));
    expect(s.log.filter((l) => l === 'chime')).toHaveLength(9);
  });
  it('repeats the words unless two or more wait', async () => {
    const s = stage();
    for (const c of calls(4)) s.caller.add(c);
    await s.done();
    expect(s.log.filter((l) => l.endsWith('.1'))).toEqual(['c3.1', 'c4.1']);
  });
  it('announces the same call once, a recall again', async () => {
    const s = stage();
    s.caller.add({ announcement_id: 'x' });
    s.caller.add({ announcement_id: 'x' });
    s.caller.add({ announcement_id: 'x-recall' });
    await s.done();
    expect(s.acks.map(([id]) => id)).toEqual(['x', 'x-recall']);
  });
  it('says how it ended', async () => {
    const mute = stage(true, false);
    mute.caller.add({ announcement_id: 'a' });
    await mute.done();
    expect(mute.acks).toEqual([['a', 'blocked']]);
    const dumb = stage(false);
    dumb.caller.add({ announcement_id: 'a' });
    await dumb.done();
    expect(dumb.acks).toEqual([['a', 'chime_only']]);
    const quiet = stage(true, true, true);
    quiet.caller.add({ announcement_id: 'a' });
    await quiet.done();
    expect(quiet.acks).toEqual([['a', 'quiet']]);
    expect(quiet.log, 'no voice in quiet hours').toEqual(['chime']);
  });
  it('is heard after all where the screen is given its sound while a call is on', async () => {
    const late = stage(true, 'later');
    late.caller.add({ announcement_id: 'a' });
    await late.done();
    expect(late.acks).toEqual([['a', 'spoken']]);
    expect(late.log).toEqual(['chime', 'chime', 'a.0', 'a.1']);
  });
  it('plays a test between calls, and calls wait for its end', async () => {
    const s = stage();
    const [one, two] = calls(2);
    if (one === undefined || two === undefined) throw new Error('two calls');
    s.caller.add(one);
    const test = s.caller.meanwhile(async () => {
      s.log.push('test');
      s.caller.add(two);
      await new Promise((d) => setTimeout(d, 5));
      s.log.push('end');
      return 'played';
    });
    expect(await test).toBe('played');
    await s.done();
    await new Promise((d) => setTimeout(d, 20));
    expect(s.log).toEqual(['chime', 'c1.0', 'c1.1', 'test', 'end', 'chime', 'c2.0', 'c2.1']);
    await expect(s.caller.meanwhile(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    s.caller.add({ announcement_id: 'after' });
    await new Promise((d) => setTimeout(d, 20));
    expect(s.log.at(-1)).toBe('after.1');
  });
  it('goes on after a failure', async () => {
    const s = stage('throws');
    for (const c of calls(2)) s.caller.add(c);
    await s.done();
    expect(s.acks.map(([, h]) => h)).toEqual(['chime_only', 'chime_only']);
  });
});

it('spells digits singly', () => {
  const words = ['zero', 'one', 'two', 'three', 'four'];
  expect(spell('A-042', (d) => words[d] ?? '')).toBe('A, zero, four, two');
});

it('prefers a voice of this machine and region', () => {
  const v = (lang: string, localService: boolean) => ({ lang, localService }) as SpeechSynthesisVoice;
  const [net, us, gb] = [v('en-GB', false), v('en_US', true), v('en-GB', true)];
  expect(pickVoice([net, us, gb], 'en-GB')).toBe(gb);
  expect(pickVoice([net, us], 'en-GB')).toBe(us);
  expect(pickVoice([us], 'fr')).toBe(null);
});

it('counts a double tap and a held key once', () => {
  const gate = new OnceGate();
  expect([0, 120, 600, 1000, 1400, 1950].map((at) => gate.pass(at))).toEqual([true, false, false, false, false, true]);
});

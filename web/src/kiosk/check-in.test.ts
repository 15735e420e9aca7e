import { describe, expect, it } from 'vitest';
import { ApiFault, NetworkFault } from '~/api/fault';
import { noCheckIn } from './check-in';
import { HOME, next, type Step } from './machine';
import { REFERENCE_KEYS } from './reference';

const fault = (status: number, code: string, more: object = {}) => new ApiFault(status, { code, detail: 'In the server’s words.', ...more });
const typing = (typed: string): Step => next(next(HOME, { do: 'ask_code' }), { do: 'code', typed });

describe('a booking that cannot be checked in', () => {
  it.each([
    [fault(404, 'not_found'), 'unknown'],
    [fault(409, 'too_late'), 'late'],
    [fault(409, 'not_allowed_in_state', { state: 'checked_in' }), 'here'],
    [fault(409, 'not_allowed_in_state', { state: 'completed' }), 'here'],
    [fault(409, 'not_allowed_in_state', { state: 'held' }), 'held'],
    [fault(409, 'not_allowed_in_state', { state: 'cancelled' }), 'over'],
    [fault(409, 'not_allowed_in_state', { state: 'no_show' }), 'over'],
    [fault(409, 'queue_full'), 'full'],
    [fault(409, 'queue_paused'), 'paused'],
    [fault(409, 'out_of_hours'), 'closed'],
    [fault(409, 'site_closed'), 'closed'],
    [fault(503, 'busy'), 'no_network'],
    [new NetworkFault(null), 'no_network'],
  ])('%s → %s', (error, why) => {
    expect(noCheckIn(error, 'Europe/Paris', '').why).toBe(why);
  });
  it('is told apart by what the person gave', () => {
    expect(noCheckIn(fault(404, 'not_found'), 'UTC', '', 'number').why).toBe('no_number');
    expect(noCheckIn(fault(409, 'number_is_shared'), 'UTC', '', 'number').why).toBe('shared');
  });
  it('says from when on, in the time of the site, and where else', () => {
    const early = noCheckIn(fault(409, 'too_early', { from: new Date().toISOString().replace(/T.*/, 'T10:30:00Z') }), 'Asia/Tokyo', '');
    expect(early.why).toBe('early');
    expect(early.detail).toContain('19:30');
    expect(noCheckIn(fault(409, 'other_site', { site: 'North branch' }), 'UTC', '')).toEqual({ why: 'elsewhere', detail: 'North branch' });
  });
  it('says anything else in the words that it is given', () => {
    expect(noCheckIn(fault(409, 'no_appointments'), 'UTC', 'In the person’s words.')).toEqual({ why: 'other', detail: 'In the person’s words.' });
  });
});

describe('the steps of a booking', () => {
  it('take six letters and no more', () => {
    expect(typing('A9A9HEX')).toEqual({ at: 'code', typed: 'A9A9HE' });
  });
  it('lead back to what was typed after a refusal, and to nothing for the next person', () => {
    const asked = next(typing('A9A9HE'), { do: 'check_in' });
    const refused = next(asked, { do: 'refused', why: 'unknown', detail: '' });
    expect(next(refused, { do: 'again' })).toEqual({ at: 'code', typed: 'A9A9HE' });
    expect(next(next(refused, { do: 'wipe' }), { do: 'ask_code' })).toEqual({ at: 'code', typed: '' });
  });
  it('take the number instead of the code, and lead back to it', () => {
    const number = next(next(typing('A9'), { do: 'ask_number' }), { do: 'digits', digits: '030123' });
    expect(number).toEqual({ at: 'number', digits: '030123' });
    const refused = next(next(number, { do: 'check_in' }), { do: 'refused', why: 'no_number', detail: '' });
    expect(next(refused, { do: 'again' })).toEqual(number);
    expect(next(next(refused, { do: 'wipe' }), { do: 'again' })).toBe(HOME);
  });
  it('do not reach into a ticket that is being taken', () => {
    const issuing = next(HOME, { do: 'issue', service: { id: 'x', code: 'x', name: 'x', names: {} } });
    for (const move of [{ do: 'ask_code' }, { do: 'scan' }, { do: 'check_in' }] as const) expect(next(issuing, move)).toBe(issuing);
    expect(next(HOME, { do: 'check_in' })).toBe(HOME);
  });
  it('know the letters that the server gives', () => {
    expect(REFERENCE_KEYS.length).toBe(32);
    for (const never of ['I', 'O', '0', '1']) expect(REFERENCE_KEYS).not.toContain(never);
  });
});

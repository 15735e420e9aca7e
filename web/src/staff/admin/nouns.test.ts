import { expect, it } from 'vitest';
import { changesOf, fieldsOf, merged, nounOf, ofEverySite, shown, startOf, idOf, nameOf } from './nouns';

const services = nounOf('services');

it('sends only what changed, and clears with null', () => {
  const start = startOf(services, { id: '1', name: 'Deposit', code: 'dep', description: 'x', default_minutes: 5, active: true });
  expect(changesOf(services, start, { ...start, default_minutes: 7, description: '' }, false)).toEqual({ default_minutes: 7, description: null });
  expect(changesOf(services, start, start, false)).toEqual({});
});

it('lets the server refuse what is needed and was emptied, instead of leaving it as it was', () => {
  const start = startOf(services, { id: '1', name: 'Deposit' });
  expect(changesOf(services, start, { ...start, name: '' }, false)).toEqual({ name: '' });
});

it('sends texts by language and the classes as a whole', () => {
  const start = startOf(services, { id: '1', name: 'Deposit', names: { de: 'Einzahlung' }, priority_rules: { classes: { vip: { head_start_minutes: 20 } } } });
  expect(start['priority_rules.classes']).toEqual({ vip: { head_start_minutes: 20 } });
  expect(changesOf(services, start, { ...start, names: {}, 'priority_rules.classes': {} }, false)).toEqual({ names: {}, priority_rules: { classes: {} } });
});

it('leaves empty fields out of a new entry', () => {
  const start = startOf(services, null);
  expect(changesOf(services, start, { ...start, name: 'Loan', code: 'loan' }, true)).toMatchObject({ name: 'Loan', code: 'loan', default_minutes: 5, active: true, priority_rules: { classes: { priority: { head_start_minutes: 10 }, vip: { head_start_minutes: 20 } } } });
  expect(Object.keys(changesOf(services, start, { ...start, name: 'Loan' }, true)).sort()).toEqual(['active', 'default_minutes', 'name', 'outcome_required', 'priority_rules']);
});

it('asks for what belongs to a beginning only at the beginning', () => {
  const members = nounOf('members');
  expect(fieldsOf(members, true).map((f) => f.name)).toEqual(['email', 'name', 'password', 'roles', 'sites', 'skills']);
  expect(fieldsOf(members, false).map((f) => f.name)).toEqual(['roles', 'sites', 'skills', 'status']);
});

it('shows any value in words', () => {
  expect([null, [], ['a', 'b'], { name: 'Main' }, 7].map(shown)).toEqual(['–', '–', 'a, b', 'Main', '7']);
});

it('brings two editors together and loses nothing', () => {
  const start = startOf(services, { id: '1', name: 'Deposit', code: 'dep', default_minutes: 5, target_minutes: 10, active: true });
  const mine = { ...start, name: 'Deposits', default_minutes: 6 };
  const theirs = { ...start, name: 'Paying in', target_minutes: 20 };
  const { values, clashes, taken } = merged(services, start, mine, theirs);
  expect(values).toMatchObject({ name: 'Deposits', default_minutes: 6, target_minutes: 20 });
  expect(clashes.map((c) => [c.field.name, c.mine, c.theirs])).toEqual([['name', 'Deposits', 'Paying in']]);
  expect(taken.map((f) => f.name)).toEqual(['target_minutes']);
  // Against the other's version only the own changes are sent.
  expect(changesOf(services, theirs, values, false)).toEqual({ name: 'Deposits', default_minutes: 6 });
});

it('points at members by their person, at everything else by its id', () => {
  const member = { id: 'm', user_id: 'u', user: { name: 'Alex' } };
  expect([idOf('members', member), idOf('services', member)]).toEqual(['u', 'm']);
  expect(nameOf(nounOf('members'), member)).toBe('Alex');
});

it('sends a nested thing as a whole once a part of it has changed', () => {
  const routing = nounOf('routing');
  const start = startOf(routing, { id: '1', name: 'VIP', then: { queue_id: 'q', class: null, tag: null, refuse: null } });
  expect(start['then.queue_id']).toBe('q');
  expect(changesOf(routing, start, { ...start, name: 'Gold' }, false)).toEqual({ name: 'Gold' });
  expect(changesOf(routing, start, { ...start, 'then.class': 'vip' }, false)).toEqual({ then: { queue_id: 'q', class: 'vip', tag: null, refuse: null } });
});

it('knows what whoever is limited to some sites leaves alone', () => {
  const here = { id: '1', site_id: 's' };
  const everywhere = { id: '2', site_id: null };
  for (const name of ['services', 'rewards'] as const) expect([null, here].map((entry) => ofEverySite(nounOf(name), entry))).toEqual([true, true]);
  expect([null, here].map((entry) => ofEverySite(nounOf('sites'), entry)), 'no new site').toEqual([true, false]);
  expect([null, here, everywhere].map((entry) => ofEverySite(nounOf('routing'), entry)), 'no rule of all sites').toEqual([false, false, true]);
  expect([null, here].map((entry) => ofEverySite(nounOf('queues'), entry))).toEqual([false, false]);
});

import { expect, it } from 'vitest';
import type { InstallationUser } from '~/api/shapes';
import { belongings } from './users';

it('says where somebody belongs and as what', () => {
  const tenants = [
    { name: 'Demo Bank', roles: ['agent', 'own'] },
    { name: 'Corner', roles: ['admin'] },
  ] as unknown as InstallationUser['tenants'];
  const words: Record<string, string> = { agent: 'Agent', admin: 'Administrator' };
  expect(belongings({ tenants }, (role) => words[role] ?? role)).toBe('Demo Bank (Agent, own), Corner (Administrator)');
  expect(belongings({ tenants: [] }, (role) => role)).toBe('');
});
